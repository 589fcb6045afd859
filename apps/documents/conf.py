"""Settings of documents."""

from dataclasses import dataclass

from apps.conf import load, setting

PREFIX = "CAIRN_DOCUMENTS"
FORM_BYTES = 64 * 1024  # what a form has beside its file: fields, boundaries


@dataclass(frozen=True)
class DocumentsConf:
    max_upload_bytes: int = setting(
        20_000_000, "Greatest size of an uploaded image or file, in bytes.", least=1
    )
    max_import_bytes: int = setting(
        200_000_000, "Greatest size of what is sent for one import in the browser, in bytes.", least=1_000_000
    )


conf = load(DocumentsConf, PREFIX)
