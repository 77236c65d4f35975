// Stands before the theme's search worker, and has it build its index when somebody is about to search, not at every load
// of a page: that takes a slow phone more than a second, in which the explainer could have started.
// The query of its address names the theme's worker. In and out are that worker's messages; the entries come by `fetch`.

const SET_UP = 0, READY = 1, QUERY = 2, RESULT = 3; // the theme's types
let setUp, asked, wanted = false, through = false;

new BroadcastChannel("5xx-search").onmessage = want; // see `search.js`

// Before the theme's own listener, which is added once its worker is here.
addEventListener("message", (event) => {
  if (through) return;
  event.stopImmediatePropagation();
  if (event.data.type === SET_UP) {
    setUp = event.data;
    postMessage({ type: READY }); // so that queries come
    if (wanted) build();
  }
  if (event.data.type === QUERY) {
    asked = event.data;
    if (asked.data.trim()) want();
    else nothing();
  }
});

const nothing = () => postMessage({ type: RESULT, data: { items: [] } });

function want() {
  if (wanted) return;
  wanted = true;
  if (setUp) build();
}

async function build() {
  let entries;
  try {
    const answer = await fetch(new URL("../search/entries.json", location));
    if (!answer.ok) throw new Error(`entries.json is answered with ${answer.status}`);
    entries = await answer.json();
    importScripts(new URL(`javascripts/workers/${location.search.slice(1)}`, location));
  } catch (error) {
    console.info(`the search does not work: ${error.message}`);
    wanted = false; // the next key tries again
    return nothing();
  }
  say({ ...setUp, data: { ...setUp.data, docs: entries } });
  setTimeout(() => { // the theme's worker sets up in this turn
    if (asked) say(asked);
    through = true;
  });
}

function say(data) {
  through = true;
  dispatchEvent(new MessageEvent("message", { data }));
  through = false;
}
