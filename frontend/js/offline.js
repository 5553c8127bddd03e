/* Tongxin: what a phone keeps until there is a network. All words come from the page (ui/offline.html).
   Without IndexedDB or without scripts a form goes the plain way. */
(function () {
  "use strict";
  if (!window.indexedDB || !window.AbortController) return;
  const AGAIN_MS = 30000; // while something waits
  const LEAST_MS = 15000, BYTES_A_MS = 4; // how long a sending may take: a photo over a village's network
  const LEASE_MS = 120000; // one sender at a time, where there are no locks
  const FORGET_MS = 30 * 24 * 3600 * 1000; // a receipt that nobody opened
  const LATER = [408, 425, 429]; // and 5xx: the server is there, but not now

  /* ── the phone's store ── */
  const asked = (request) => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = () => no(request.error); });
  let opened;
  function open() {
    if (!opened) {
      const request = indexedDB.open("tongxin", 1);
      request.onupgradeneeded = () => { for (const name of ["forms", "acts", "leases"]) request.result.createObjectStore(name, { keyPath: "key" }); };
      opened = asked(request);
      opened.catch(() => { opened = null; });
    }
    return opened;
  }
  // Answers when it is on the disk. `work` gets the store and may only wait for what it asks of it.
  async function within(name, mode, work) {
    const transaction = (await open()).transaction(name, mode, { durability: "strict" });
    const finished = new Promise((yes, no) => { transaction.oncomplete = yes; transaction.onabort = transaction.onerror = () => no(transaction.error); });
    const result = await work(transaction.objectStore(name));
    await finished;
    return result;
  }
  const kept = {
    all: (name) => within(name, "readonly", (store) => asked(store.getAll())),
    get: (name, key) => within(name, "readonly", (store) => asked(store.get(key))),
    put: (name, ...rows) => within(name, "readwrite", (store) => { rows.forEach((row) => store.put(row)); }),
    drop: (name, ...keys) => within(name, "readwrite", (store) => { keys.forEach((key) => store.delete(key)); }),
  };

  function newKey() {
    const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return bytes.map((b) => b.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // Two tabs of one phone must not send the same thing at once. Who does not get the turn comes back later.
  async function alone(what, work) {
    if (navigator.locks) return navigator.locks.request("tongxin-" + what, { ifAvailable: true }, (lock) => lock && work());
    const mine = await within("leases", "readwrite", async (store) => {
      const held = await asked(store.get(what));
      if (held && held.until > Date.now()) return false;
      store.put({ key: what, until: Date.now() + LEASE_MS });
      return true;
    });
    if (!mine) return null;
    try { return await work(); } finally { await kept.drop("leases", what); }
  }

  // Fails only when there was no answer. Redirects are followed: the last address is the answer's.
  async function reach(url, options, bytes) {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), LEAST_MS + (bytes || 0) / BYTES_A_MS);
    try { return await fetch(url, Object.assign({ credentials: "same-origin", cache: "no-store", signal: stop.signal }, options)); } finally { clearTimeout(timer); }
  }
  // The form's own may be days old; the cookie's is the one that counts.
  async function token(page) {
    const find = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1];
    if (!find()) await reach(page);
    return find();
  }

  /* ── forms: <form data-offline-form data-user="…"> with a hidden field `nonce`, and ui/offline.html in it ── */
  const box = (form) => (form || document).querySelector("[data-offline]") || document.querySelector("[data-offline]");
  const address = (form) => new URL(form.getAttribute("action") || location.href, location.href).href;
  const field = (form, name) => form.querySelector('input[name="' + name + '"]');

  function say(where, what, link) {
    if (!where) return;
    const line = document.createElement("p"), words = line.appendChild(document.createElement(link ? "a" : "span"));
    line.className = "notice " + (what === "refused" ? "late" : what === "sent" ? "ok" : "soon");
    words.textContent = where.dataset[what];
    if (link) words.href = link;
    where.append(line);
    return line;
  }
  function clear(where) { if (where) where.textContent = ""; }

  async function rowOf(form, button) {
    const fields = [], nonce = field(form, "nonce");
    let bytes = 0;
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.push([name, value]);
      // Bytes, not the file: some browsers cannot keep a file, and its owner may delete it.
      else if (value.size) { fields.push([name, await value.arrayBuffer(), value.name, value.type]); bytes += value.size; }
    }
    if (button && button.name) fields.push([button.name, button.value]);
    return { key: (nonce && nonce.value) || newKey(), action: address(form), page: location.href, user: form.dataset.user || "", fields, bytes, state: "waiting", at: Date.now() };
  }

  async function deliver(row) {
    const body = new FormData();
    let answer;
    try {
      const fresh = await token(row.page);
      for (const [name, value, file, type] of row.fields) {
        if (file !== undefined) body.append(name, new Blob([value], { type }), file);
        else body.append(name, name === "csrfmiddlewaretoken" && fresh ? fresh : value);
      }
      answer = await reach(row.action, { method: "POST", body }, row.bytes);
    } catch (e) { return row; }
    if (answer.ok && answer.redirected) row = { key: row.key, user: row.user, state: "sent", url: answer.url, at: Date.now() };
    else if (answer.status >= 400 && answer.status < 500 && !LATER.includes(answer.status)) row.state = "refused";
    // Anything else is no answer of ours, such as the page of a hotspot: it waits.
    else row.unsure = answer.ok;
    await kept.put("forms", row);
    return row;
  }

  // The server's own page says what is wrong and gives the text back.
  async function plainly(form, button, key) {
    if (key) await kept.drop("forms", key).catch(() => {});
    if (button && button.name) {
      const same = form.appendChild(document.createElement("input"));
      same.type = "hidden"; same.name = button.name; same.value = button.value;
    }
    HTMLFormElement.prototype.submit.call(form);
  }

  async function submit(form, button) {
    const where = box(form);
    let row;
    form.dataset.busy = "1";
    if (button) button.setAttribute("aria-busy", "true");
    clear(where);
    say(where, "sending");
    try {
      row = await rowOf(form, button);
      await kept.put("forms", row);
    } catch (e) { return plainly(form, button); }
    row = await alone("forms", () => deliver(row)) || row;
    if (button) button.removeAttribute("aria-busy");
    delete form.dataset.busy;
    delete form.dataset.sent; // tongxin.js has counted a press
    if (row.state === "sent") { await kept.drop("forms", row.key); location.assign(row.url); return; }
    if (row.state === "refused" || row.unsure) return plainly(form, button, row.key);
    putAway(form, where, row);
  }

  // Kept: the form is empty and folded, so that nobody wonders whether to press again.
  function putAway(form, where, row) {
    form.reset();
    for (const name of ["nonce", "once"]) if (field(form, name)) field(form, name).value = newKey();
    form.classList.add("put-away");
    form.dataset.kept = row.key;
    clear(where);
    say(where, "kept");
    if (where && where.dataset.another) {
      const again = where.appendChild(document.createElement("button"));
      again.type = "button";
      again.className = "btn";
      again.textContent = where.dataset.another;
      again.addEventListener("click", () => { form.classList.remove("put-away"); delete form.dataset.kept; again.remove(); });
    }
    clearTimeout(timer);
    timer = setTimeout(again, AGAIN_MS);
  }

  // What the server did not take in goes back into its form, or stands on the page.
  function giveBack(row) {
    const form = Array.from(document.querySelectorAll("[data-offline-form]")).find((f) => address(f) === row.action);
    if (!form || form.dataset.filled) return say(box(), "refused", row.page);
    form.dataset.filled = "1";
    for (const [name, value, file] of row.fields) {
      const input = form.elements[name];
      if (file === undefined && input && name !== "csrfmiddlewaretoken" && "value" in input && input.type !== "file") input.value = value;
    }
    say(box(form), "refused");
  }

  const mine = (row) => !row.user || Array.from(document.querySelectorAll("[data-user]")).some((e) => e.dataset.user === row.user);
  const show = (row) => {
    const form = document.querySelector('form[data-kept="' + row.key + '"]');
    if (row.state === "sent" && form) return kept.drop("forms", row.key).then(() => location.assign(row.url));
    const line = row.state === "sent" ? say(box(), "sent", row.url) : giveBack(row);
    if (line && row.state === "sent") line.addEventListener("click", () => kept.drop("forms", row.key));
  };
  const shown = new Set();
  let timer = 0;

  async function send() {
    let left = 0;
    const rows = (await kept.all("forms")).filter(mine).sort((a, b) => a.at - b.at);
    for (let row of rows) {
      if (row.state !== "waiting" && row.at < Date.now() - FORGET_MS) { await kept.drop("forms", row.key); continue; }
      // The answer of the server is on the page already.
      if (row.state === "refused" && Array.from(document.querySelectorAll('[name="nonce"]')).some((e) => e.value === row.key)) { await kept.drop("forms", row.key); continue; }
      if (row.state === "waiting") row = await alone("forms", () => deliver(row)) || row;
      if (row.state === "waiting") { left += 1; continue; }
      if (!shown.has(row.key)) { shown.add(row.key); show(row); }
    }
    const old = document.querySelector("[data-offline] > .soon");
    if (left && !old) say(box(), "kept");
    if (!left && old) old.remove();
    return left;
  }
  async function again() {
    clearTimeout(timer);
    try { if (await send()) timer = setTimeout(again, AGAIN_MS); } catch (e) { /* no store: nothing waits */ }
  }

  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (!form.matches("form[data-offline-form]") || e.defaultPrevented) return;
    e.preventDefault();
    if (!form.dataset.busy) submit(form, e.submitter);
  });
  addEventListener("online", again);
  addEventListener("pageshow", (e) => { if (e.persisted) again(); });
  again();

  window.tongxin = Object.assign(window.tongxin || {}, { offline: { kept, alone, reach, token, newKey } });
})();
