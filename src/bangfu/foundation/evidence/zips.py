"""What reading a zip raises when its bytes are not what they claim to be."""

import lzma
import zipfile
import zlib

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # how zipfile names a compression that it does not know
    OSError,
    RuntimeError,
    ValueError,
)
