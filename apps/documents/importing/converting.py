"""One page's text, from its tool's Markdown to Cairn's. Pure and picklable: it runs in any process."""

import re
from dataclasses import dataclass, field

from apps.documents.importing.admonitions import NumberedText, convert_admonitions, numbered
from apps.documents.importing.code_spans import CodeSpans
from apps.documents.importing.elements import label
from apps.documents.importing.export_links import imported_destination
from apps.documents.importing.js_expressions import without_statements
from apps.documents.importing.markdown_links import Destination, exchange_destinations
from apps.documents.importing.markup import LEFT_OUT, Markup, Syntax
from apps.documents.importing.plan import Notice
from apps.documents.importing.resolving import TOKEN, Resolver
from apps.documents.importing.site import HEADING_ID, Site
from apps.documents.importing.tags import read_shortcode
from apps.documents.importing.titles import MAX_TITLE_CHARS, take_title
from apps.documents.importing.told import Told
from apps.documents.importing.wiki_names import exchange_wiki_links

CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f]")
IS_FILE = re.compile(r"(?![/#?])(?![A-Za-z][\w+.-]*:)[^\s]*\.\w+(?:#|\Z)")
REFERENCE = re.compile(r"\{\{[<%]\s*(?:rel)?ref\b")
ESCAPED_SHORTCODE = re.compile(r"\{\{([<%])/\*\s*(.*?)\s*\*/([>%])\}\}")


@dataclass(frozen=True, slots=True)
class PageJob:
    """`title` is what front matter or the tool's settings say, `name` what the file is called."""

    origin: str
    path: str
    title: str
    name: str
    body: str
    lines_above: int


@dataclass(frozen=True, slots=True)
class ConvertedPage:
    """`source` holds tokens where files are linked (see `resolving.TOKEN`); `files` are those."""

    origin: str
    title: str
    source: str
    files: tuple[str, ...]
    notices: tuple[Notice, ...]


def convert_page(site: Site, job: PageJob) -> ConvertedPage:
    return _Conversion(site, job).run()


@dataclass(slots=True)
class _Conversion:
    site: Site
    job: PageJob
    notices: list[Notice] = field(default_factory=list)
    counts: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def run(self) -> ConvertedPage:
        title, text = self.job.title, self.job.body
        if self.site.dialect.verbatim:
            text = self._exchange_links(numbered(text)).text
            text = text.removeprefix("\n").removesuffix("\n")
        else:
            text = self._markdown(CONTROLS.sub("", text))
            title, text = take_title(text, title)
            text = text.strip("\n").rstrip()
        files = tuple(dict.fromkeys(found[1] for found in TOKEN.finditer(text)))
        return ConvertedPage(
            self.job.origin, self._fitting(title or self.job.name), text, files, self._told()
        )

    def _markdown(self, text: str) -> str:
        dialect = self.site.dialect
        jsx = self.job.origin.lower().endswith(dialect.jsx_suffixes)
        if jsx:
            text, statements = without_statements(text)
            for line, word in statements:
                self._count(word, LEFT_OUT, line)
        if dialect.shortcodes:
            text = self._references(text)
        source = numbered(text)
        if dialect.indented_admonitions:
            source = convert_admonitions(source)
        source = self._exchange_links(source)
        text = HEADING_ID.sub(lambda found: found[0][: found[0].rindex("{")].rstrip(), source.text)
        markup = Markup(
            Syntax(jsx=jsx, shortcodes=dialect.shortcodes),
            lambda address, line: self._address(address, source.line_of(line), default=address) or address,
            lambda name, outcome, line: self._count(name, outcome, source.line_of(line)),
        )
        text = markup.convert(text)
        return ESCAPED_SHORTCODE.sub(r"{{\1 \2 \3}}", text) if dialect.shortcodes else text

    def _exchange_links(self, source: NumberedText) -> NumberedText:
        text = source.text
        spans = CodeSpans(text, comments=True)

        def new(found: Destination) -> str | None:
            line = source.line_of(text.count("\n", 0, found.start))
            if self.site.dialect.verbatim:
                return self._export_address(found, line)
            return self._address(found.address, line, default=None)

        text = exchange_destinations(text, spans, new)
        if self.site.dialect.wiki_links:
            text = exchange_wiki_links(
                text, self._resolver(), lambda name, line: self._unresolved(name, source.line_of(line))
            )
        return NumberedText(text, source.lines)

    def _references(self, text: str) -> str:
        """Hugo's `{{< ref "x" >}}` as the address of the page."""
        pieces, position = list[str](), 0
        for found in CodeSpans(text).free_matches(REFERENCE, text):
            tag = read_shortcode(text, found.start())
            name = tag.attributes.get("0", tag.attributes.get("path")) if tag else None
            if tag is None or not isinstance(name, str):
                continue
            target = self._resolver().named(name)
            if target.kind != "page":
                self._unresolved(name, text.count("\n", 0, found.start()))
            address = target.address or name
            inside = text[: found.start()].rstrip("<").endswith(("(", '"', "'", "=", "]:", "]: "))
            pieces += [text[position : found.start()], address if inside else f"[{label(name)}]({address})"]
            position = tag.end
        return "".join([*pieces, text[position:]])

    def _address(self, written: str, line: int, *, default: str | None) -> str | None:
        target = self._resolver().resolve(written)
        if target.kind == "unknown":
            self._unresolved(written, line)
        return target.address or default

    def _export_address(self, found: Destination, line: int) -> str | None:
        address = imported_destination(self.site, self.job.origin, found)
        if address is None and not found.loose and IS_FILE.match(found.written):
            self._unresolved(found.written, line)
        return address

    def _resolver(self) -> Resolver:
        return Resolver(self.site, self.job.origin, self.job.path)

    def _unresolved(self, written: str, line: int) -> None:
        self._notice(
            line,
            Told(
                "the link to %(address)r leads to nothing in this import; it stays as it is",
                address=written[:200],
            ),
        )

    def _count(self, name: str, outcome: str, line: int) -> None:
        self.counts.setdefault((name, outcome), []).append(line)

    def _notice(self, line: int, message: str) -> None:
        self.notices.append(Notice(self.job.origin, line + self.job.lines_above + 1, message))

    def _told(self) -> tuple[Notice, ...]:
        """Changes of one kind in one notice, at their first line."""
        for (name, outcome), lines in self.counts.items():
            times = f" ×{len(lines)}" if len(lines) > 1 else ""
            self._notice(min(lines), Told(outcome, name=f"{name}{times}"))
        return tuple(sorted(set(self.notices), key=lambda notice: (notice.line, notice.message)))

    def _fitting(self, title: str) -> str:
        if len(title) <= MAX_TITLE_CHARS:
            return title
        self._notice(
            0,
            Told(
                "the title has %(length)d characters and is cut to %(max)d",
                length=len(title),
                max=MAX_TITLE_CHARS,
            ),
        )
        return title[: MAX_TITLE_CHARS - 1].rstrip() + "…"
