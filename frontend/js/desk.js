/* Tongxin: the desk of a session. Every press becomes an act in the phone's log, is shown at once and sent when
   there is a network; the server counts each key once. Needs offline.js; without it the forms go the plain way. */
(function () {
  "use strict";
  const page = document.querySelector("[data-desk]"), off = window.tongxin && window.tongxin.offline;
  if (!page || !off) return;
  const { kept, alone, reach, token, newKey } = off;
  const SOON_MS = 1200, PAUSE_MS = 500, AGAIN_MS = 15000, FRESH_MS = 20000, MOST = 100, PAGES = "tongxin-pages";
  const one = (selector, from) => (from || document).querySelector(selector);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const session = page.dataset.desk, user = page.dataset.user, line = one("#line"), refused = one("#refused");
  const login = () => page.dataset.login;
  let log = [], trouble = "", timer = 0, freshTimer = 0, freshAt = 0, sending = false;
  const open = (row) => row.state === "new" || row.state === "tried";
  const pageTime = () => Number(one("#now").dataset.at);

  /* ── what the page shows ── */
  function status() {
    const n = log.filter(open).length;
    const left = log.filter((r) => r.state === "refused").length, mayWait = page.hasAttribute("data-offline-page");
    const what = trouble === "nostore" ? "nostore" : !n && trouble !== "login" ? (left ? "left" : "clear") : trouble === "login" ? "login" : trouble ? "waiting" : "busy";
    line.hidden = what === "clear" && !mayWait;
    line.className = "notice " + (what === "clear" ? "ok" : what === "busy" ? "" : what === "nostore" || what === "left" ? "late" : "soon");
    const use = one("use", line);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, what === "clear" ? "#i-s-ok" : "#i-s-soon"));
    const words = one("span", line);
    words.textContent = line.dataset[what].replace("{n}", n || left);
    if (what === "login") {
      const link = words.appendChild(document.createElement("a"));
      link.href = login();
      link.className = "btn";
      link.textContent = line.dataset.go;
    }
  }
  const rowOf = (who) => all(".desk-row").find((li) => (who.attendee ? one("[name=attendee]", li).value === who.attendee : li.dataset.who === [who.side, who.name, who.post].join("|")));
  function setHere(li, here) {
    li.classList.toggle("here", here);
    one("[name=attendee]", li).disabled = here;
  }
  function count() {
    one("[data-here]").textContent = all(".desk-row.here").length;
    one("[data-listed]").textContent = all("#roster .desk-row").length;
  }
  function addRow(who) {
    let group = one('#roster [data-side="' + who.side + '"]');
    if (!group) {
      group = one("#roster").appendChild(document.createElement("section"));
      group.dataset.side = who.side;
      group.appendChild(document.createElement("h3")).className = "small mute";
      group.firstChild.textContent = (one('#add-side option[value="' + who.side + '"]') || {}).textContent || "";
      group.appendChild(document.createElement("ul")).className = "desk-list";
    }
    const li = one("#row-t").content.firstElementChild.cloneNode(true);
    li.dataset.who = [who.side, who.name, who.post].join("|");
    one("b", li).textContent = who.name;
    if (who.post) one("b", li).after(Object.assign(document.createElement("small"), { textContent: who.post }));
    one("ul", group).append(li);
    all("[data-none]").forEach((e) => e.remove());
    return li;
  }
  const lines = (text) => text.split("\n").filter(Boolean).map((t) => Object.assign(document.createElement("p"), { textContent: t }));
  function addItem(list, row) {
    const li = document.createElement("li"), body = document.createElement("div"), p = row.payload;
    li.dataset.key = row.key;
    if (p.who) li.append(Object.assign(document.createElement("b"), { textContent: p.who }));
    body.className = "lines";
    body.append(...lines(p.text));
    li.append(body);
    const more = [p.owner || (p.unit && (one('#p-unit option[value="' + p.unit + '"]') || {}).textContent), p.due_on].filter(Boolean).join("　");
    if (more) li.append(Object.assign(document.createElement("small"), { className: "mute", textContent: more }));
    one(list).append(li);
  }
  // Shows an act as if the server had it; showing it twice changes nothing.
  function show(row) {
    const p = row.payload;
    if (row.state === "refused") return;
    if (row.kind === "present") {
      const li = rowOf(p) || (p.name && addRow(p));
      if (li) { setHere(li, true); li.dataset.key = row.key; }
    } else if (row.kind === "undo") {
      const of = p.of && log.find((r) => r.key === p.of), li = rowOf(of ? of.payload : p);
      if (li) { setHere(li, false); delete li.dataset.key; }
    } else if (row.kind === "field") {
      const area = one('[data-field="' + p.field + '"]');
      if (area && area.value !== p.text && area !== document.activeElement) area.value = p.text;
      if (area) area.dataset.after = row.key;
    } else {
      const list = { statement: "#statements", suggestion: "#suggestions", follow_up: "#follow-ups" }[row.kind];
      if (!all("[data-key]").some((e) => e.dataset.key === row.key)) addItem(list, row);
    }
  }
  function showAll() {
    log.forEach(show);
    count();
    find();
    status();
    showRefused();
  }

  /* ── what was not taken in ── */
  const words = (row) => [row.label, row.payload.who, row.payload.name, row.payload.post, row.payload.text, row.payload.owner, row.payload.due_on].filter(Boolean).join("\n");
  function showRefused() {
    const rows = log.filter((r) => r.state === "refused"), list = one("ul", refused);
    refused.hidden = !rows.length;
    list.textContent = "";
    for (const row of rows) {
      const li = list.appendChild(document.createElement("li")), box = document.createElement("div"), buttons = document.createElement("p");
      box.className = "quote lines small";
      box.append(...lines(words(row)));
      li.append(Object.assign(document.createElement("p"), { textContent: row.sentence }), box, buttons);
      buttons.className = "row";
      const button = (name, act) => {
        const made = buttons.appendChild(document.createElement("button"));
        made.type = "button";
        made.className = "btn";
        made.textContent = refused.dataset[name];
        made.addEventListener("click", () => act(made));
      };
      button("copy", (made) => copy(words(row), box).then(() => { made.textContent = refused.dataset.copied; }));
      button("again", () => retry(row));
      button("drop", (made) => { if (made.dataset.asked) return forget([row]); made.dataset.asked = "1"; made.textContent = refused.dataset.sure; });
    }
  }
  async function copy(text, box) {
    try { await navigator.clipboard.writeText(text); } catch (e) { getSelection().selectAllChildren(box); document.execCommand("copy"); }
  }
  async function retry(row) {
    await act(row.kind, row.payload, { base: row.base, label: row.label });
    await forget([row]);
  }
  async function forget(rows) {
    log = log.filter((r) => !rows.includes(r));
    await kept.drop("acts", ...rows.map((r) => r.key));
    showAll();
  }

  /* ── the log ── */
  async function act(kind, payload, more) {
    const row = Object.assign({ key: newKey(), user, session, url: page.dataset.sync, kind, payload, base: 0, after: "", label: "", at: Date.now(), state: "new" }, more);
    log.push(row);
    show(row);
    count();
    await save([row]);
    status();
    later(SOON_MS);
    return row;
  }
  async function save(rows) {
    try { await kept.put("acts", ...rows); } catch (e) { trouble = "nostore"; }
  }
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(send, ms); };

  // One act for what is typed in one go. What was tried to send stays as it is: the server may have it.
  function write(area) {
    const last = log.find((r) => r.key === area.dataset.after);
    if (last && last.payload.text === area.value.trim()) return;
    // Back to what the server has, before it heard of anything.
    if (last && last.state === "new" && !last.after && area.value === area.defaultValue) { delete area.dataset.after; return forget([last]); }
    if (last && last.state === "new") {
      last.payload.text = area.value.trim();
      last.at = Date.now();
      save([last]).then(status);
      return later(SOON_MS);
    }
    const label = one("label", area.closest(".field")).textContent;
    act("field", { field: area.dataset.field, text: area.value.trim() }, { base: Number(area.dataset.version), after: area.dataset.after || "", label });
  }

  /* ── sending ── */
  async function answers(rows) {
    const body = JSON.stringify({ user, acts: rows.map(({ key, kind, payload, base, after, at }) => ({ key, kind, payload, base, after, at })) });
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": await token(location.href) || "" };
    const answer = await reach(rows[0].url, { method: "POST", headers, body }, body.length);
    const isOurs = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (answer.status === 404) return refuse(rows, refused.dataset.gone);
    if (answer.redirected || answer.status === 401 || answer.status === 403 || (answer.status === 409 && isOurs)) { trouble = "login"; return false; }
    if (answer.status === 422 && isOurs) {
      const { sentence } = await answer.json();
      if (rows.length === 1) return refuse(rows, sentence);
      // One of them is broken: the others must not wait for it.
      for (const row of rows) if (!(await answers([row]))) return false;
      return true;
    }
    if (!answer.ok || !isOurs) { trouble = "waiting"; return false; }
    const said = await answer.json();
    for (const { key, status: what, sentence } of said.acts) {
      const row = rows.find((r) => r.key === key);
      if (row) Object.assign(row, { state: what === "again" ? "done" : what, sentence, doneAt: said.now });
    }
    await save(rows);
    trouble = "";
    fresh(said.acts.some((a) => a.status !== "done") ? 0 : Math.max(0, freshAt + FRESH_MS - Date.now()));
    return true;
  }
  async function refuse(rows, sentence) {
    rows.forEach((row) => Object.assign(row, { state: "refused", sentence }));
    await save(rows);
    fresh(0);
    return true;
  }
  async function takeTurn() {
    // Other tabs and other sessions of this person have put acts there too.
    const stored = (await kept.all("acts")).filter((r) => r.user === user && open(r));
    const others = stored.filter((r) => !log.some((l) => l.key === r.key));
    log.push(...others.filter((r) => r.session === session));
    const waiting = log.filter(open).concat(others.filter((r) => r.session !== session)).sort((a, b) => a.at - b.at);
    const rows = waiting.filter((r) => r.url === waiting[0].url).slice(0, MOST);
    if (!rows.length) return false;
    rows.forEach((r) => { r.state = "tried"; });
    await save(rows);
    return (await answers(rows)) && waiting.length > rows.length;
  }
  async function send() {
    if (sending) return later(SOON_MS);
    sending = true;
    let more = false;
    try {
      if (trouble !== "nostore") trouble = "";
      status();
      more = await alone("acts", takeTurn);
    } catch (e) { trouble = "waiting"; }
    sending = false;
    status();
    showRefused();
    if (more || log.some((r) => r.state === "new")) later(SOON_MS); else if (log.some(open)) later(AGAIN_MS);
  }

  /* ── the page as the server has it now, for this screen and for the next time without a network ── */
  function fresh(ms) { clearTimeout(freshTimer); freshTimer = setTimeout(() => refresh().catch(() => {}), ms); }
  async function refresh() {
    if (log.some(open)) return;
    const answer = await reach(location.pathname);
    if (!answer.ok || answer.redirected || !answer.headers.has("X-Keep-Offline")) return;
    await keepPage(answer.clone());
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (log.some(open)) return;
    freshAt = Date.now();
    // Closed meanwhile: the page of a closed session has no forms. What is half written stays to be copied.
    if (page.hasAttribute("data-offline-page") && !one("[data-offline-page]", now) && !all("form[data-act] textarea:not([data-field])").some((t) => t.value.trim())) { location.reload(); return; }
    const at = document.activeElement, focused = at && at.name === "attendee" ? at.value : "";
    for (const part of all("[data-live]")) {
      const next = now.getElementById(part.id);
      // Somebody who is joining two texts goes on.
      if (next && !part.contains(all("textarea", part).find((t) => t === at) || null)) part.replaceWith(document.importNode(next, true));
    }
    for (const area of all("[data-field]")) {
      const next = one('[data-field="' + area.dataset.field + '"]', now);
      if (area === at) continue;
      area.defaultValue = next.defaultValue;
      area.value = next.value;
      area.dataset.version = next.dataset.version;
      delete area.dataset.after;
    }
    const shown = log.filter((r) => (r.state === "done" || r.state === "conflict") && r.doneAt <= pageTime());
    // What is being typed goes on from its own act.
    await forget(shown.filter((r) => !all("[data-field]").some((a) => a.dataset.after === r.key)));
    if (focused) { const b = all("[name=attendee]").find((e) => e.value === focused); if (b) b.focus(); }
  }
  async function keepPage(answer) {
    if (window.caches && page.hasAttribute("data-offline-page")) try { await (await caches.open(PAGES)).put(location.href.split("#")[0], answer); } catch (e) { /* no room: only without network it will not open */ }
  }

  /* ── pressing ── */
  const pauses = {};
  function flush(area) {
    if (!pauses[area.id]) return;
    clearTimeout(pauses[area.id]);
    delete pauses[area.id];
    write(area);
  }
  const part = () => one(location.hash || "#people") || one("#people");
  function turn() {
    const shown = all("[data-part]").find((s) => s.contains(part())) || one("#people");
    all("[data-part]").forEach((s) => { s.hidden = s !== shown; });
    all(".desk-tabs a").forEach((a) => { if (a.hash === "#" + shown.id) a.setAttribute("aria-current", "true"); else a.removeAttribute("aria-current"); });
  }
  function find() {
    const asked = one("#find").value.trim();
    let found = 0;
    all("#roster .desk-row").forEach((li) => { li.hidden = !!asked && !li.textContent.includes(asked); found += !li.hidden; });
    all("#roster [data-side]").forEach((s) => { s.hidden = !one(".desk-row:not([hidden])", s); });
    one("#nobody").hidden = !asked || found > 0;
  }
  document.addEventListener("submit", (e) => {
    const form = e.target, kind = form.dataset && form.dataset.act, pressed = e.submitter;
    if (!kind || trouble === "nostore") return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const values = Object.fromEntries(Array.from(new FormData(form)).map(([name, value]) => [name, String(value).trim()]));
    if (kind === "field") { write(one("[data-field]", form)); return; }
    if (form.id === "roster-form") {
      if (!pressed) return;
      const li = pressed.closest("li"), [side, name, post] = li.dataset.who.split("|");
      if (pressed.name === "attendee") act("present", pressed.value ? { attendee: pressed.value } : { side, name, post }, { label: one("b", li).textContent });
      else act("undo", li.dataset.key ? { of: li.dataset.key } : { attendee: pressed.value }, { label: one("b", li).textContent });
      return;
    }
    const owner = one("[data-need]", form);
    if (owner && !owner.value.trim() && !values.unit) { owner.setCustomValidity(owner.dataset.need); owner.reportValidity(); return; }
    for (const name of ["csrfmiddlewaretoken", "kind", "key"]) delete values[name];
    act(kind, values);
    form.reset();
    const details = form.closest("details");
    if (details) { details.open = false; one("#find").value = ""; find(); }
  }, true);
  document.addEventListener("input", (e) => {
    if (e.target.id === "find") return find();
    if (e.target.dataset.field) { clearTimeout(pauses[e.target.id]); pauses[e.target.id] = setTimeout(flush, PAUSE_MS, e.target); }
    if (e.target.dataset.need) e.target.setCustomValidity("");
  });
  document.addEventListener("change", (e) => { if (e.target.dataset.field) flush(e.target); });
  addEventListener("pagehide", () => all("[data-field]").forEach(flush));
  // The plain answer of the other forms (settling a conflict) is a new page: nothing may wait behind it.
  addEventListener("hashchange", turn);
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => { if (document.hidden) all("[data-field]").forEach(flush); if (log.some(open)) later(0); });

  async function begin() {
    all("[data-with-script]").forEach((e) => { e.hidden = false; });
    all("[data-without-script]").forEach((e) => { e.hidden = true; });
    turn();
    try {
      const stored = (await kept.all("acts")).filter((r) => r.user === user && r.session === session);
      const seen = stored.filter((r) => (r.state === "done" || r.state === "conflict") && r.doneAt <= pageTime());
      await kept.drop("acts", ...seen.map((r) => r.key));
      log = stored.filter((r) => !seen.includes(r)).sort((a, b) => a.at - b.at).concat(log);
    } catch (e) { trouble = "nostore"; }
    showAll();
    later(0);
    if (!navigator.serviceWorker || !page.hasAttribute("data-offline-page")) return;
    try {
      await navigator.serviceWorker.register(page.dataset.worker);
      await navigator.serviceWorker.ready;
      // The worker has not seen this page come: give it one.
      if (!(await (await caches.open(PAGES)).match(location.href.split("#")[0], { ignoreVary: true }))) await keepPage(await reach(location.pathname));
      page.dataset.kept = "1";
    } catch (e) { /* without a worker the desk works while it is open */ }
  }
  begin();
})();
