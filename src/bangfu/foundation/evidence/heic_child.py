"""Draws one HEIC from standard input as a small JPEG on standard output, with what it says of its taking.

Run by ``heic`` as a process of its own, without Django and within limits: the decoder is compiled code that reads files
from strangers, and what brings it down brings down nothing else.
"""

import io
import resource
import sys

LARGEST_PIXELS = 120_000_000
LONGEST_SIDE = 1280
MEMORY_BYTES = 3 * 1024**3
SECONDS = 30


def main() -> None:
    """Read, draw and write; whatever is wrong ends the process with another code than 0."""
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        resource.setrlimit(limit, (most, most))
    import pi_heif
    from PIL import Image

    pi_heif.register_heif_opener(thumbnails=False)
    pi_heif.options.DECODE_THREADS = 1
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["HEIF"]) as photograph:
        if photograph.width * photograph.height > LARGEST_PIXELS:
            raise SystemExit(2)
        exif = photograph.info.get("exif") or b""
        photograph.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        picture = photograph.convert("RGB")
        drawn = io.BytesIO()
        picture.save(drawn, "JPEG", quality=92, exif=exif)
    sys.stdout.buffer.write(drawn.getvalue())


if __name__ == "__main__":
    main()
