// The one enhancement that uses script: asks the indexes beside this page. Text from them is only ever set as text.
const root = document.documentElement;
const words = document.getElementById("words");
const said = document.getElementById("said");
const found = document.getElementById("found");
let turn = 0;

// Pagefind has an index for each language, and searches in the one that the page has when it starts, by the word stems
// of that. Its indexes can be merged, but are then all searched by the stems of the first. So each language gets a module
// of its own, which its address tells apart, and merges those parts of the index that have pages in the language.
async function open([language, parts]) {
  const folder = new URL("../pagefind/", location.href);
  const pagefind = await import(`${folder.href}pagefind.js?language=${language}`);
  const [first, ...others] = parts.map((part) => `${folder.pathname}${part}/`);
  const options = { excerptLength: 25, metaCacheTag: "" };  // a part never changes
  const own = root.lang;
  root.lang = language;
  const index = pagefind.createInstance({ basePath: first, ...options });
  root.lang = own;
  await index.init();
  await Promise.all(others.map((part) => index.mergeIndex(part, { language, ...options })));
  return { language, index };
}

async function search({ language, index }, asked) {
  const answer = await index.search(asked);
  return answer.results.map((result) => ({ language, result }));
}

async function show(indexes) {
  const mine = ++turn;
  const asked = words.value.trim();
  const answers = asked ? await Promise.all(indexes.map((each) => search(each, asked))) : [];
  const best = answers.flat().sort((one, other) => other.result.score - one.result.score);
  const pages = (await Promise.all(best.slice(0, 20).map(async ({ language, result }) => ({ language, page: await result.data() }))))
    .sort((one, other) => (kindOf(one.page) !== "threads") - (kindOf(other.page) !== "threads"));
  if (mine !== turn) return;
  found.replaceChildren(...pages.map(({ language, page }) => line(language, page)));
  said.textContent = asked ? said.dataset.found.replace("{}", best.length.toLocaleString(root.lang)) : said.dataset.idle;
}

function line(language, page) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const excerpt = document.createElement("span");
  if (language !== root.lang.toLowerCase()) {
    link.lang = excerpt.lang = language;
    link.dir = excerpt.dir = "auto";
  }
  link.href = page.url;
  link.textContent = page.meta.title;
  excerpt.className = "from";
  excerpt.append(...marked(page.excerpt));
  const kind = document.createElement("span");
  kind.className = "state";
  kind.textContent = found.dataset[kindOf(page)] ?? "";
  item.append(kind, " ", link, " ", excerpt);
  return item;
}

// What a page is: a thread comes before all that is found in it.
function kindOf(page) {
  return /(?:^|\/)(threads|items|today)\/[^/]+\/[^/]*$/.exec(page.url)?.[1];
}

// The words of an excerpt, with those that were asked for marked, and without the numbers of sources.
function marked(excerpt) {
  const plain = new DOMParser().parseFromString(excerpt, "text/html");
  return [...plain.body.childNodes].map((node) => {
    const words = node.textContent.replace(/\u2060?\[\d+\]/g, "");
    if (node.nodeName !== "MARK") return words;
    const mark = document.createElement("mark");
    mark.textContent = words;
    return mark;
  });
}

try {
  const listing = await (await fetch("../pagefind/parts.json", { cache: "no-cache" })).json();
  const indexes = await Promise.all(Object.entries(listing.languages).map(open));
  document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", () => show(indexes));
  words.value = new URLSearchParams(location.search).get("q") ?? "";
  await show(indexes);
  words.focus();
} catch {
  said.append(` ${said.dataset.failed}`);
}
