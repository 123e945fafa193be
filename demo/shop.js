/* The shop's own script: search with its `/` shortcut, a basket, and the switch that cuts the line. */
(() => {
  const $ = (selector) => document.querySelector(selector);
  const money = (amount) => `£${amount.toLocaleString('en', { minimumFractionDigits: amount % 1 ? 2 : 0 })}`;
  const chat = (...call) => window.leaveword?.(...call);

  // Search, as many shops have it: one key, wherever you are on the page.
  const search = $('.search input');
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target === search || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });
  search.addEventListener('input', () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const card of document.querySelectorAll('.grid .card')) {
      card.hidden = !card.dataset.words.includes(wanted);
      if (!card.hidden) shown++;
    }
    const none = $('#shelf + .none');
    if (none) none.hidden = shown > 0;
  });
  $('.search').addEventListener('submit', (event) => event.preventDefault());

  // The basket is the shop's, so it lies in the shop's own storage.
  const counter = $('.count');
  const key = `basket:${counter.dataset.brand}`;
  const read = () => JSON.parse(localStorage.getItem(key) ?? '[]');
  const keep = (goods) => {
    localStorage.setItem(key, JSON.stringify(goods));
    show();
  };
  function show() {
    const goods = read();
    counter.textContent = String(goods.length);
    const list = $('.basket');
    if (!list) return;
    list.replaceChildren(...goods.map((good, place) => row(good, place, goods)));
    const filled = goods.length > 0;
    $('.none').hidden = filled || $('.done').textContent !== '';
    $('.total').hidden = $('main .buy').hidden = !filled;
    $('.total strong').textContent = money(goods.reduce((sum, { price }) => sum + price, 0));
  }
  function row({ name, price }, place, goods) {
    const [item, what, cost, away] = ['li', 'span', 'span', 'button'].map((tag) => document.createElement(tag));
    what.textContent = name;
    cost.textContent = money(price);
    away.textContent = 'Remove';
    away.setAttribute('aria-label', `Remove ${name}`);
    away.addEventListener('click', () => keep(goods.filter((_, other) => other !== place)));
    item.append(what, cost, away);
    return item;
  }
  addEventListener('click', ({ target }) => {
    if (!(target instanceof Element)) return;
    const { add, name, price } = target.dataset;
    if (add) {
      keep([...read(), { add, name, price: Number(price) }]);
      target.textContent = 'Added';
      setTimeout(() => { target.textContent = 'Add'; }, 1_200);
    }
    if (target.matches('[data-order]')) {
      const goods = read();
      chat('track', 'order', { total: goods.reduce((sum, each) => sum + each.price, 0), things: goods.length });
      $('.done').textContent = 'Thank you! This is where a real shop would ask for your card.';
      keep([]);
    }
    if (target.matches('[data-ask]')) chat('open');
  });
  show();

  // The switch of the demo: it stops and starts the proxy between this page and the chat server.
  const strip = $('.strip');
  const button = $('.cut');
  function tell(isCut) {
    strip.classList.toggle('is-cut', isCut);
    button.setAttribute('aria-pressed', String(isCut));
    button.textContent = isCut ? 'Mend the line' : 'Cut the line';
    $('.line').textContent = isCut ? 'The line to the chat server is cut' : 'The line to the chat server is up';
  }
  async function ask(init) {
    try {
      tell((await (await fetch('/line', init)).json()).cut);
    } catch {
      $('.line').textContent = 'The demo has stopped: start it again with npm start';
    }
  }
  button.addEventListener('click', () => ask({
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ cut: button.getAttribute('aria-pressed') === 'false' }),
  }));
  ask();
})();
