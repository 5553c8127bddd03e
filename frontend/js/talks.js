/* Tongxin: voting in a conversation. Each press answers at once; answers wait in the phone until they have arrived.
   All words come from the page. Without scripts, or without offline.js, the buttons are a plain form. */
(function () {
  "use strict";
  const page = document.querySelector("[data-talk]"), card = document.querySelector("[data-card]"), tools = window.tongxin && window.tongxin.offline;
  if (!page || !card || !tools) return;
  const { alone, reach, token } = tools;
  const SOON_MS = 1500, GAP_MS = 10000, AGAIN_MS = 30000; // after a press; between two batches; while there is no network
  const GAP_TIMES = 10, GAP_MOST_MS = 60000; // a server with much to do is asked less often
  const BATCH = 5, FEW = 3; // so many waiting, or so few statements left: send now
  const CALM_MS = 250; // a thumb that presses twice means the first one
  const PAST = 30; // so far back one can go
  const PAGES = "tongxin-pages", NAME = "tongxin-talk:" + page.dataset.talk + ":" + page.dataset.user;
  const one = (name) => page.querySelector("[data-" + name + "]");
  const buttons = Array.from(card.querySelectorAll("button[name=answer]"));
  const text = document.getElementById("statement"), line = one("sent"), back = one("back"), ended = one("ended");

  /* ── what the phone holds: {device, counter, key, at, answered, pending: {number: [answer, counter, is new]},
        past: [[number, text, answer]], pool: [[number, text]]}. Read again before each change: there may be another tab. ── */
  let memory = null, storing = true;
  const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes))).map((b) => b.toString(16).padStart(2, "0")).join("");
  function load() {
    try { memory = JSON.parse(localStorage.getItem(NAME)) || memory; } catch (e) { storing = false; }
    memory = memory || { device: hex(8), counter: 0, key: "", at: 0, answered: 0, pending: {}, past: [], pool: [] };
    return memory;
  }
  function save(state) {
    memory = state;
    try { localStorage.setItem(NAME, JSON.stringify(state)); storing = true; } catch (e) { storing = false; }
  }
  function change(work) { const state = load(); work(state); save(state); return state; }
  const waiting = (state) => Object.keys(state.pending).length;
  const answerOf = (state, number) => { const p = state.pending[number], old = state.past.find((row) => row[0] === number); return p ? p[0] : old ? old[2] : null; };

  function take(state, next) {
    const known = new Set();
    state.pool = next.filter((row) => !(row[0] in state.pending) && !known.has(row[0]) && known.add(row[0]));
  }

  // The page may come from the server just now, or from the phone's own store, days old.
  function begin(state) {
    const handful = JSON.parse(page.dataset.handful), at = Number(page.dataset.at);
    if (at >= state.at) {
      // The server does not know this device any more: its owner cleared the cookies.
      if (page.dataset.key && state.answered) { state.device = hex(8); state.past = []; state.key = ""; }
      state.answered = Number(page.dataset.answered);
      state.at = at;
      take(state, handful);
    } else {
      const done = new Set(state.past.map((row) => row[0]));
      take(state, state.pool.concat(handful).filter((row) => !done.has(row[0])));
    }
    state.key = state.key || page.dataset.key;
  }

  /* ── showing ── */
  let shown = null, trouble = "", sending = false, calmUntil = 0;
  const fill = (words, n) => words.replace("{n}", n);
  function show(row, answer) {
    shown = row || null;
    card.hidden = !row;
    if (row) {
      text.textContent = row[1];
      card.elements.number.value = row[0];
      buttons.forEach((b) => { if (answer !== null && Number(b.value) === answer) b.setAttribute("aria-pressed", "true"); else b.removeAttribute("aria-pressed"); });
      one("was").hidden = answer === null;
    }
    const left = !row && (waiting(load()) > 0 || trouble);
    one("done").hidden = !!row || !!left;
    one("away").hidden = !!row || !left || trouble !== "waiting";
  }
  function status() {
    const state = load(), n = waiting(state), fresh = Object.values(state.pending).filter((p) => p[2]).length;
    one("count").textContent = fill(one("count").dataset.words, state.answered + fresh);
    const what = !storing ? "nostore" : n ? trouble || "kept" : state.counter ? "clear" : "";
    line.textContent = what && fill(line.dataset[what], n);
    back.hidden = !state.past.length;
    const enough = state.answered >= Number(page.dataset.mapAfter) && state.answered > 0;
    if (enough) { one("map").hidden = false; if (one("map-later")) one("map-later").hidden = true; }
  }
  function onward() { const state = load(); show(state.pool[0], null); }

  /* ── pressing ── */
  function press(answer) {
    if (!shown || Date.now() < calmUntil) return;
    calmUntil = Date.now() + CALM_MS;
    const [number, words] = shown;
    const state = change((s) => {
      const before = answerOf(s, number), p = s.pending[number];
      s.counter += 1;
      s.pending[number] = [answer, s.counter, p ? p[2] : before === null && card.dataset.first !== String(number)];
      s.past = s.past.filter((row) => row[0] !== number).concat([[number, words, answer]]).slice(-PAST);
      s.pool = s.pool.filter((row) => row[0] !== number);
    });
    onward();
    status();
    later(waiting(state) >= BATCH || state.pool.length < FEW || opensMap(state) ? 0 : Math.max(SOON_MS, sentAt + gap - Date.now()));
  }
  function goBack() {
    const past = load().past, at = shown ? past.findIndex((row) => row[0] === shown[0]) : -1;
    const row = past[at > 0 ? at - 1 : past.length - 1];
    if (row) show([row[0], row[1]], row[2]);
  }

  /* ── sending ── */
  let timer = 0, sentAt = 0, gap = GAP_MS;
  const opensMap = (state) => one("map").hidden && state.answered + waiting(state) >= Number(page.dataset.mapAfter);
  function later(ms) { clearTimeout(timer); timer = setTimeout(send, ms); }
  function batch(state, fresh) {
    const body = new URLSearchParams({ answers: Object.keys(state.pending).map((n) => n + ":" + state.pending[n][0]).join(","), device: state.device, counter: state.counter, key: state.key });
    if (fresh) body.append("csrfmiddlewaretoken", fresh);
    return { method: "POST", body, headers: { Accept: "application/json" } };
  }
  async function turn() {
    const state = load(), upTo = state.counter;
    if (!waiting(state)) return;
    const answer = await reach(card.action, batch(state, await token(location.pathname)));
    gap = Math.min(GAP_MOST_MS, Math.max(GAP_MS, (Date.now() - sentAt) * GAP_TIMES));
    if (answer.redirected) { trouble = "login"; return; }
    if (answer.status === 409 || answer.status === 422) return over(answer.status === 409);
    if (answer.status === 404) { trouble = "gone"; return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    change((s) => {
      for (const n of Object.keys(s.pending)) {
        if (s.pending[n][1] <= upTo) delete s.pending[n];
        // Changed while it was on its way: the server counts it already.
        else if (n in state.pending) s.pending[n][2] = false;
      }
      s.answered = told.answered;
      s.at = told.at;
      s.key = "";
      take(s, told.next);
    });
    trouble = "";
  }
  // What was sent makes no sense any more: it is said how much of it there was.
  function over(isEnded) {
    const n = waiting(load());
    change((s) => { s.pending = {}; });
    if (!isEnded) return;
    trouble = "";
    ended.hidden = false;
    ended.querySelector("span").textContent = fill(ended.dataset.words, n);
    shown = null;
    card.hidden = true;
    one("done").hidden = one("away").hidden = back.hidden = true;
    one("map").hidden = false;
  }
  async function send() {
    clearTimeout(timer);
    if (sending || !waiting(load())) { status(); return; }
    sending = true;
    sentAt = Date.now();
    try { await alone("talk", turn); } catch (e) { trouble = "waiting"; }
    sending = false;
    if (ended.hidden && !shown) onward();
    status();
    if (ended.hidden && waiting(load()) && trouble !== "gone") later(trouble ? AGAIN_MS : SOON_MS);
  }

  /* ── this page without a network ── */
  async function keepPage() {
    if (!navigator.serviceWorker || !window.caches || !page.dataset.worker) return;
    const isNew = !navigator.serviceWorker.controller;
    await navigator.serviceWorker.register(page.dataset.worker);
    await navigator.serviceWorker.ready;
    if (!isNew) { page.dataset.kept = "1"; return; }
    // The worker came after this page: give it to it now.
    const answer = await reach(location.pathname);
    if (answer.ok && !answer.redirected) await (await caches.open(PAGES)).put(location.origin + location.pathname, answer);
    page.dataset.kept = "1";
  }

  card.addEventListener("submit", (e) => { e.preventDefault(); if (e.submitter) press(Number(e.submitter.value)); });
  // Safari 15.3 and older browsers do not say which button it was.
  buttons.forEach((b) => b.addEventListener("click", (e) => { e.preventDefault(); press(Number(b.value)); }));
  back.addEventListener("click", (e) => { e.preventDefault(); goBack(); });
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || e.target.closest("input:not([type=hidden]), textarea, select, dialog")) return;
    const b = buttons["123".indexOf(e.key)];
    if (b && "123".includes(e.key) && shown) { e.preventDefault(); b.focus(); press(Number(b.value)); }
  });
  addEventListener("online", () => later(0));
  addEventListener("storage", (e) => { if (e.key === NAME) status(); });
  // What a closed tab could not wait for is sent again by the next page: the same answers, once more.
  addEventListener("pagehide", () => {
    const state = load(), cookie = (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1];
    if (waiting(state) && cookie && !sending) try { fetch(card.action, Object.assign({ credentials: "same-origin", keepalive: true }, batch(state, cookie))).catch(() => {}); } catch (e) { /* the next page sends it */ }
  });

  const asked = new URLSearchParams(location.search).has("again") && !card.hidden;
  const first = change(begin);
  if (asked) { const row = JSON.parse(page.dataset.handful)[0], pressed = buttons.find((b) => b.getAttribute("aria-pressed") === "true"); if (pressed) card.dataset.first = row[0]; show(row, pressed ? Number(pressed.value) : null); }
  else show(first.pool[0], null);
  status();
  if (waiting(first)) later(0);
  page.dataset.ready = "1";
  keepPage().catch(() => {});
})();
