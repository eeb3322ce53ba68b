/* Photographs made smaller on the phone; what the camera wrote of time and place stays in them. */
self.bangfuPhotographs = (() => {
  "use strict";
  const LONGEST_SIDE = 2400;
  const SMALL_ENOUGH = 1.5 * 1024 * 1024;
  const QUALITY = 0.82;

  /* The Exif segment of a JPEG, its marker and length included; null for none. */
  const exifOf = (bytes) => {
    if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
    for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; ) {
      const length = (bytes[at + 2] << 8) | bytes[at + 3];
      const is = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
      if (bytes[at + 1] === 0xe1 && is === "Exif") return bytes.slice(at, at + 2 + length);
      at += 2 + length;
    }
    return null;
  };

  /* The canvas has turned the picture upright, so its Exif must say that it is. */
  const upright = (segment) => {
    const view = new DataView(segment.buffer);
    const start = 10;
    const isLittle = view.getUint16(start) === 0x4949;
    const first = start + view.getUint32(start + 4, isLittle);
    if (first + 2 > segment.length) return segment;
    for (let entry = first + 2, left = view.getUint16(first, isLittle); left > 0 && entry + 12 <= segment.length; left -= 1, entry += 12) {
      if (view.getUint16(entry, isLittle) === 0x0112) view.setUint16(entry + 8, 1, isLittle);
    }
    return segment;
  };

  const drawn = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  };

  /* A file as it is kept: name, type and content. One that is small already, or cannot be drawn, stays as it is. */
  const kept = async (file) => {
    const content = await file.arrayBuffer();
    const asIs = { name: file.name || "photograph.jpg", type: file.type, content };
    if (file.type !== "image/jpeg" || file.size <= SMALL_ENOUGH) return asIs;
    try {
      const smaller = new Uint8Array(await (await drawn(file)).arrayBuffer());
      const exif = exifOf(new Uint8Array(content));
      const parts = exif ? [smaller.subarray(0, 2), upright(exif), smaller.subarray(2)] : [smaller];
      const whole = await new Blob(parts).arrayBuffer();
      return whole.byteLength < content.byteLength ? { ...asIs, content: whole } : asIs;
    } catch {
      return asIs;
    }
  };

  return { kept };
})();
