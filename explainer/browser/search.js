// Tells the search's worker, which the theme starts, that somebody is about to search; see `search-worker.js`.

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches?.(".md-search__input")) return;
  const channel = new BroadcastChannel("5xx-search");
  channel.postMessage("wanted");
  channel.close();
});
