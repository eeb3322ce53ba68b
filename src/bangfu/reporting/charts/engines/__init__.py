"""Drawing: values in, marks out. Plain computation without Django; every length is in the drawing's own units (px)."""
