/* Tongxin: makes a photo small in the phone before it is sent, and leaves behind where and when it was taken.
   <input type="file" data-photo="1280">; without this file, or where it fails, the server does the same. */
(function () {
  "use strict";
  const QUALITY = 0.8;

  async function smaller(file, side) {
    const url = URL.createObjectURL(file);
    try {
      const image = new Image();
      image.src = url;
      await image.decode();
      const scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.naturalWidth * scale);
      canvas.height = Math.round(image.naturalHeight * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return await new Promise((yes) => canvas.toBlob(yes, "image/jpeg", QUALITY));
    } finally { URL.revokeObjectURL(url); }
  }

  document.addEventListener("change", async (e) => {
    const input = e.target;
    if (!input.matches || !input.matches("input[type=file][data-photo]") || !input.files.length) return;
    const chosen = input.files[0];
    try {
      const blob = await smaller(chosen, Number(input.dataset.photo));
      // Another one was chosen meanwhile.
      if (!blob || input.files[0] !== chosen) return;
      const list = new DataTransfer();
      list.items.add(new File([blob], "photo.jpg", { type: "image/jpeg", lastModified: 0 }));
      input.files = list.files;
    } catch (error) { /* the server makes it small, or says what is wrong with it */ }
  });
})();
