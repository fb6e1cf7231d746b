// The one enhancement that uses script: asks the index beside this page. Text from it is only ever set as text.
const words = document.getElementById("words");
const said = document.getElementById("said");
const found = document.getElementById("found");
let turn = 0;

async function show(index) {
  const mine = ++turn;
  const asked = words.value.trim();
  const answer = asked ? await index.search(asked) : null;
  const pages = answer ? await Promise.all(answer.results.slice(0, 20).map((each) => each.data())) : [];
  if (mine !== turn) return;
  found.replaceChildren(...pages.map(line));
  said.textContent = !answer ? "Threads, items and days." : `${answer.results.length} found`;
}

function line(page) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const excerpt = document.createElement("span");
  link.href = page.url;
  link.textContent = page.meta.title;
  excerpt.className = "from";
  const plain = new DOMParser().parseFromString(page.excerpt, "text/html");
  excerpt.textContent = plain.body.textContent;
  item.append(link, " ", excerpt);
  return item;
}

try {
  const index = await import("../pagefind/pagefind.js");
  await index.options({ excerptLength: 25 });
  document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", () => show(index));
  words.value = new URLSearchParams(location.search).get("q") ?? "";
  await show(index);
  words.focus();
} catch {
  said.append(" (The index could not be loaded.)");
}
