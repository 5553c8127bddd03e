/* Tongxin: what scripts add. Every page works without this file.
   All words come from the page (data-… attributes), so that they are translated in one place. */
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));

  /* ── autosave ── */
  const PAUSE_MS = 1500; // after the last key
  const RETRY_MS = 15000; // while there is no network
  const PREFIX = "tongxin:";

  // Private windows and full disks refuse storage: then there is only the server's copy.
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch (e) { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch (e) { /* see above */ } },
    drop(key) { try { localStorage.removeItem(key); } catch (e) { /* see above */ } },
    keys() { try { return Object.keys(localStorage).filter((k) => k.startsWith(PREFIX)); } catch (e) { return []; } },
  };

  const keyOf = (form) => PREFIX + (form.dataset.user || "") + ":" + (form.id || form.dataset.autosave);
  const versionOf = (form) => (form.elements.version ? form.elements.version.value : "");
  const written = (form) => Array.from(form.elements).filter((e) => e.name && !/^(hidden|password|file|submit|button|reset)$/.test(e.type));
  const ticks = (e) => e.type === "checkbox" || e.type === "radio";
  const copyOf = (form) => written(form).map((e) => [e.name, e.type === "select-multiple" ? null : ticks(e) ? (e.checked ? e.value : null) : e.value]);

  function autosave(form) {
    if (form.dataset.watched) return;
    form.dataset.watched = "1";
    const line = form.querySelector(".saved") || document.querySelector(".saved");
    const key = keyOf(form);
    let timer = 0, sending = false, changes = 0, stopped = false;

    function say(what, off) {
      if (!line) return;
      line.classList.toggle("off", !!off);
      const use = line.querySelector("use");
      if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, off ? "#i-s-soon" : "#i-s-ok"));
      line.querySelector("span").textContent = line.dataset[what];
    }
    const keep = (sent) => store.set(key, { version: versionOf(form), fields: copyOf(form), sent: !!sent });
    const later = (ms) => { clearTimeout(timer); timer = setTimeout(send, ms); };

    async function send() {
      if (stopped || !changes) return;
      if (sending) return later(PAUSE_MS);
      clearTimeout(timer);
      sending = true;
      const upTo = changes, body = new FormData(form);
      for (const [name, value] of Array.from(body.entries())) if (typeof value !== "string") body.delete(name);
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } });
        if (answer.status === 409) { stopped = true; say("conflict", true); }
        else if (!answer.ok) { say("failed", true); later(RETRY_MS); }
        else {
          const saved = await answer.json();
          if (form.elements.version && saved.version !== undefined) form.elements.version.value = saved.version;
          if (changes === upTo) { changes = 0; store.drop(key); say("saved"); } else { keep(); later(PAUSE_MS); }
        }
      } catch (e) { say("offline", true); later(RETRY_MS); }
      sending = false;
    }
    function changed() { changes += 1; keep(); if (!stopped) later(PAUSE_MS); }

    // The server has gone on from where this copy was taken: show what it lacks, change nothing.
    function showOld(copy) {
      store.drop(key);
      const now = written(form).map((e) => e.value);
      const lacking = copy.fields.map((f) => f[1]).filter((text) => text && text.length > 1 && !now.includes(text));
      if (!line || copy.sent || !lacking.length) return;
      const box = document.createElement("details"), text = document.createElement("textarea");
      box.append(document.createElement("summary"), text);
      box.firstChild.textContent = line.dataset.older;
      text.className = "in";
      text.readOnly = true;
      text.setAttribute("aria-label", line.dataset.older);
      text.value = lacking.join("\n\n");
      line.after(box);
    }

    const old = store.get(key);
    if (old && old.version === versionOf(form)) {
      written(form).forEach((e, i) => {
        const [name, value] = old.fields[i] || [];
        if (name !== e.name || (value === null && !ticks(e))) return;
        if (ticks(e)) e.checked = value !== null; else e.value = value;
      });
      say("restored", true);
      changed();
    } else if (old) showOld(old);

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", () => { clearTimeout(timer); if (changes) keep(true); });
    addEventListener("online", send);
    document.addEventListener("visibilitychange", () => { if (document.hidden) send(); });
  }

  // A page arrived, so the server has read what was sent with the form before it.
  function forgetSent() {
    const here = all("form[data-autosave]").map(keyOf);
    for (const key of store.keys()) if (!here.includes(key) && (store.get(key) || {}).sent) store.drop(key);
  }

  /* ── counters ── */
  function count(line) {
    const inputs = line.dataset.countFor.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    if (!inputs.length) return;
    const text = inputs.map((input) => input.value).join("");
    const n = Array.from(line.dataset.solid === undefined ? text : text.replace(/\s+/g, "")).length;
    line.textContent = fill(line.dataset.text, { n, max: line.dataset.max });
    line.classList.toggle("over", n > Number(line.dataset.max));
  }

  /* ── ticked rows ── */
  function tally(form) {
    const rows = all("tbody .tick input[type=checkbox]", form);
    const n = rows.filter((box) => box.checked).length;
    rows.forEach((box) => box.closest("tr").classList.toggle("on", box.checked));
    all("input[data-all]", form).forEach((box) => { box.checked = n > 0 && n === rows.length; box.indeterminate = n > 0 && n < rows.length; });
    all("[data-bulk]", form).forEach((bar) => {
      bar.hidden = !n;
      all("[data-picked]", bar).forEach((e) => { e.textContent = fill(e.dataset.picked, { n }); });
    });
  }

  /* ── echoes ── */
  const ECHO_MS = 6000;
  function fade(toast) {
    if (toast.dataset.stay !== undefined || toast.dataset.timed) return;
    toast.dataset.timed = "1";
    const away = () => (toast.contains(document.activeElement) || toast.matches(":hover") ? setTimeout(away, ECHO_MS) : toast.remove());
    setTimeout(away, ECHO_MS);
  }
  function tell(text) {
    let list = document.querySelector(".toasts");
    if (!list) { list = document.createElement("div"); list.className = "toasts"; document.getElementById("main").prepend(list); }
    const item = document.createElement("p");
    item.className = "toast";
    item.setAttribute("role", "alert");
    item.appendChild(document.createElement("span")).textContent = text;
    list.append(item);
    fade(item);
  }

  /* ── ask first: the confirm page's own form, shown in a dialog ── */
  async function ask(link) {
    try {
      const answer = await fetch(link.href, { credentials: "same-origin" });
      const form = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form.confirm");
      if (!answer.ok || !form) throw new Error("no form");
      const dialog = document.createElement("dialog"), title = form.querySelector("h1");
      dialog.className = "dialog";
      if (!form.getAttribute("action")) form.setAttribute("action", link.href);
      title.id = "dialog-h";
      dialog.setAttribute("aria-labelledby", title.id);
      dialog.append(form);
      dialog.addEventListener("click", (e) => { if (e.target.closest("[data-cancel]")) { e.preventDefault(); dialog.close(); } });
      dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
      document.body.append(dialog);
      dialog.showModal();
    } catch (e) { location.href = link.href; }
  }

  /* ── wiring ── */
  function ready(part) {
    const from = part && part.querySelectorAll ? part : document;
    all("form[data-autosave]", from).concat(from.matches && from.matches("form[data-autosave]") ? [from] : []).forEach(autosave);
    all("[data-count-for]", from).forEach(count);
    all(".toast", from).forEach(fade);
    new Set(all("[data-bulk]").map((bar) => bar.closest("form"))).forEach((form) => form && tally(form));
  }
  document.addEventListener("input", (e) => { if (e.target.id) all('[data-count-for~="' + CSS.escape(e.target.id) + '"]').forEach(count); });
  document.addEventListener("change", (e) => {
    const form = e.target.form || e.target.closest("form");
    if (!form || !e.target.closest(".tick")) return;
    if (e.target.dataset.all !== undefined) all("tbody .tick input[type=checkbox]", form).forEach((box) => { box.checked = e.target.checked; });
    tally(form);
  });
  document.addEventListener("reset", (e) => setTimeout(() => tally(e.target)));
  document.addEventListener("click", (e) => {
    const link = e.target.closest && e.target.closest("a[data-confirm]");
    if (!link || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || !window.HTMLDialogElement) return;
    e.preventDefault();
    ask(link);
  });

  // The list of committees closes like any menu.
  const shut = (inside) => all("details.switch[open]").forEach((d) => { if (!inside || !d.contains(inside)) d.open = false; });
  document.addEventListener("click", (e) => shut(e.target));
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") shut(); });

  // A second press of the same button does nothing until the page comes back.
  const AGAIN_MS = 8000; // a download leaves the page where it is
  const free = (form) => { delete form.dataset.sent; all("[aria-busy]", form).forEach((b) => b.removeAttribute("aria-busy")); };
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    if (e.submitter) e.submitter.setAttribute("aria-busy", "true");
    setTimeout(free, AGAIN_MS, form);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach(free));

  for (const button of all("[data-print-page]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  addEventListener("beforeprint", () => all("details:not([open])").forEach((d) => { d.open = true; d.dataset.print = "1"; }));
  addEventListener("afterprint", () => all("details[data-print]").forEach((d) => { d.open = false; delete d.dataset.print; }));
  document.addEventListener("htmx:load", (e) => ready(e.target));
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"])
    document.addEventListener(name, () => { if (document.body.dataset.lost) tell(document.body.dataset.lost); });

  forgetSent();
  ready(document);
  window.tongxin = { tell };
})();
