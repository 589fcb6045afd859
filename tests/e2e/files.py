"""Files that a person pastes or drops into a page."""

from __future__ import annotations

import base64
import io

from PIL import Image
from playwright.sync_api import Locator

GIVE = """(field, {event, name, type, data, text}) => {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type }));
    if (text) transfer.setData("text/plain", text);
    const init = { bubbles: true, cancelable: true };
    const given = event === "paste"
        ? new ClipboardEvent(event, { ...init, clipboardData: transfer })
        : new DragEvent(event, { ...init, dataTransfer: transfer });
    return field.dispatchEvent(given);
}"""


def picture(width: int = 640, height: int = 400, colour: tuple[int, int, int] = (60, 120, 90)) -> bytes:
    """A PNG: a slope before a sky."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste(colour, (0, height * 2 // 3, width, height))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def give(
    field: Locator, event: str, name: str, data: bytes, *, kind: str = "image/png", text: str = ""
) -> bool:
    """`paste` or `drop` of one file, with `text` beside it as office programs have; whether the browser
    may do with it what it does by itself."""
    field.focus()
    return bool(
        field.evaluate(
            GIVE,
            {
                "event": event,
                "name": name,
                "type": kind,
                "data": base64.b64encode(data).decode(),
                "text": text,
            },
        )
    )
