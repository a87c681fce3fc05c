// Uploads with progress; without this script the form works as any other.
"use strict";
for (const form of document.querySelectorAll("[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-chosen]");
  const bar = form.querySelector("[data-progress]");
  const error = form.querySelector("[data-error]");
  const button = form.querySelector("button[type=submit]");

  const fail = (text) => {
    error.textContent = text;
    error.hidden = false;
    bar.hidden = true;
    button.disabled = false;
  };
  const show = () => {
    list.replaceChildren(...Array.from(input.files, (file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name}（${(file.size / 1048576).toFixed(2)} MB）`;
      return item;
    }));
    list.hidden = !input.files.length;
  };
  input.addEventListener("change", show);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
      if (kind === "drop") {
        input.files = event.dataTransfer.files;
        show();
      }
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    error.hidden = true;
    bar.hidden = false;
    button.disabled = true;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.responseType = "json";
    request.upload.addEventListener("progress", (told) => {
      if (told.lengthComputable) bar.value = (100 * told.loaded) / told.total;
    });
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response) window.location.assign(request.response.next);
      else fail(`上传没有成功（${request.status}），请刷新页面后重试`);
    });
    request.addEventListener("error", () => fail("连接中断，文件没有收下，请重试"));
    request.send(new FormData(form));
  });
}
