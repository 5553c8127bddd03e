/* Tongxin: lets a page that asked for it (header X-Keep-Offline: whose, until when) open without a network,
   with the files that it needs. No other page is kept, and none for another person. */
"use strict";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const SIGNS = ["{% url 'accounts:sign_in' %}", "{% url 'accounts:sign_out' %}"];
const STATIC = "tongxin-files-{{ version }}", PAGES = "tongxin-pages";
const NOBODYS = "-"; // a page for everybody: it neither chases away a person's pages nor goes with them
const WAIT_MS = 6000; // then the kept page is quicker
const termsOf = (answer) => (answer.headers.get("X-Keep-Offline") || " 0").split(" ");
const lasts = (answer) => Number(termsOf(answer)[1]) * 1000 > Date.now();

addEventListener("install", (event) => event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll(FILES)).then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));

async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("tongxin-files-") && name !== STATIC) await caches.delete(name);
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) if (!lasts(await pages.match(request))) await pages.delete(request);
}

async function keep(request, answer) {
  const pages = await caches.open(PAGES), whose = termsOf(answer)[0];
  for (const other of await pages.keys()) { const theirs = termsOf(await pages.match(other))[0]; if (whose !== NOBODYS && theirs !== NOBODYS && theirs !== whose) await pages.delete(other); }
  if (lasts(answer)) await pages.put(request.url, answer); else await pages.delete(request.url);
}

async function page(event) {
  const request = event.request, pages = await caches.open(PAGES);
  let old = await pages.match(request.url, { ignoreVary: true });
  if (old && !lasts(old)) { await pages.delete(request.url); old = undefined; }
  const fresh = fetch(request).then((answer) => {
    if (answer.ok && answer.headers.has("X-Keep-Offline")) event.waitUntil(keep(request, answer.clone()));
    return answer;
  });
  if (!old) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return Promise.race([fresh.catch(() => old), new Promise((yes) => setTimeout(yes, WAIT_MS, old))]);
}

addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  // Whoever comes or goes takes the kept pages away.
  if (request.method === "POST" && SIGNS.includes(url.pathname)) event.waitUntil(caches.delete(PAGES));
  if (request.method !== "GET") return;
  if (FILES.includes(url.pathname)) event.respondWith(caches.match(request, { ignoreVary: true }).then((hit) => hit || fetch(request)));
  else if (request.mode === "navigate") event.respondWith(page(event));
});
