"""From tokens to HTML: Cairn's own forms of headings, code, tables, callouts, tasks and footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from apps.documents.text.fences import fence_info
from apps.documents.text.highlight import escaped, highlight

MAX_HIGHLIGHTED_PER_PAGE: Final = 200_000
_ALIGN: Final = {f"text-align:{side}": f"align-{side}" for side in ("left", "center", "right")}


class PageRenderer(RendererHTML):
    """`env` brings `heading_shift` and `footnote_blocks`, and counts tables and code."""

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return escaped(tokens[idx].content)

    def heading_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return f"<{_heading_tag(tokens[idx], env)}{self.renderAttrs(tokens[idx])}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return f"</{_heading_tag(tokens[idx], env)}>\n"

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        language, title = fence_info(unescapeAll(token.info))
        if language:
            token.attrSet("data-lang", language)
        if title:
            token.attrSet("data-title", title)
        env["code"] = env.get("code", 0) + len(token.content)
        if env["code"] > MAX_HIGHLIGHTED_PER_PAGE:
            language = ""
        return self._code(token, highlight(code_text(token), language))

    def code_block(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return self._code(tokens[idx], escaped(code_text(tokens[idx])))

    def _code(self, token: Token, inner: str) -> str:
        # Wide code scrolls, so it must be reachable by keyboard.
        return f'<pre class="code" tabindex="0"{self.renderAttrs(token)}><code>{inner}</code></pre>\n'

    def table_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        env["tables"] = env.get("tables", 0) + 1
        attributes = f'role="region" tabindex="0" data-label="table {env["tables"]}"'
        return f'<div class="table-wrap" {attributes}{self.renderAttrs(tokens[idx])}>\n<table>\n'

    def table_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return _cell(tokens[idx])

    td_open = th_open

    def alert_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        token = tokens[idx]
        kind = str(token.meta["kind"]).lower()
        token.attrs.pop("class", None)
        return f'<div class="callout callout-{kind}"{self.renderAttrs(token)}>\n'

    def alert_title_open(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        word = tokens[idx].meta.get("word", "")
        return f'<p class="callout-title" data-word="{word}">' if word else '<p class="callout-title">'

    def list_item_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        token = tokens[idx]
        if "checked" not in token.meta:
            return "<li>"
        checked = " checked" if token.meta["checked"] else ""
        label = escape(token.meta.get("label", ""))
        box = f'<input type="checkbox" disabled{checked} aria-label="{label}"> '
        return f'<li class="task" data-item="{token.meta.get("item", "")}">{box}'

    def bullet_list_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if "class" in tokens[idx].attrs:
            tokens[idx].attrs["class"] = "tasks"
        return self.renderToken(tokens, idx, options, env)

    ordered_list_open = bullet_list_open

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env)
        title = f' title="{escape(str(token.attrs["title"]))}"' if token.attrs.get("title") else ""
        return (
            f'<img src="{escape(str(token.attrs["src"]))}" alt="{escape(alt)}"{title}'
            ' loading="lazy" decoding="async">'
        )

    def s_open(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return "<del>"

    def s_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return "</del>"

    def mention(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return f'<span class="mention" data-person="{tokens[idx].meta["person"]}"></span>'

    def wiki_title(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return ""

    definition = wiki_title

    # Footnote ids hold a colon, which no heading's anchor does.

    def footnote_ref(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        number, use = _footnote(tokens[idx])
        return f'<sup class="footnote-ref" id="fnref:{number}{use}"><a href="#fn:{number}">{number}</a></sup>'

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        number, use = _footnote(tokens[idx])
        return (
            f' <a class="footnote-back" href="#fnref:{number}{use}"'
            f' data-label="back {number}">\u21a9\ufe0e</a>'
        )

    def footnote_block_open(
        self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        return '<section class="footnotes" data-label="footnotes">\n<ol>\n'

    def footnote_block_close(
        self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        block = env.get("footnote_blocks", {}).get(tokens[idx].meta["label"], "")
        return f'<li id="fn:{_footnote(tokens[idx])[0]}" data-block="{block}">'

    def footnote_close(
        self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        return "</li>\n"


def code_text(token: Token) -> str:
    """The code without blank lines at its end: of an open fence they would not be kept either."""
    lines = token.content.split("\n")
    while lines and not lines[-1].strip(" \t"):
        lines.pop()
    return "\n".join(lines)


def _footnote(token: Token) -> tuple[int, str]:
    use = token.meta.get("subId", 0)
    return token.meta["id"] + 1, f":{use}" if use else ""


def _heading_tag(token: Token, env: EnvType) -> str:
    return f"h{min(6, int(token.tag[1]) + env.get('heading_shift', 0))}"


def _cell(token: Token) -> str:
    align = _ALIGN.get(str(token.attrs.get("style", "")))
    return f'<{token.tag} class="{align}">' if align else f"<{token.tag}>"
