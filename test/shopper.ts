/** A visitor with her hands on the widget: what she does, and what she sees, in the words of the screen. */
import type { BrowserContext, Locator, Page } from 'playwright-core';

/** Her own bubbles with a fate that says the server has them. */
const SENT = '.c.own.sent .b, .c.own.delivered .b, .c.own.seen .b';

export class Shopper {
  readonly page: Page;
  private constructor(page: Page) {
    this.page = page;
  }

  static async enter(browser: BrowserContext, url: string): Promise<Shopper> {
    const page = await browser.newPage();
    await page.addInitScript(countSounds);
    await page.goto(url);
    await page.locator('leave-word .go').waitFor();
    return new Shopper(page);
  }

  get button(): Locator {
    return this.page.locator('leave-word .go');
  }
  get panel(): Locator {
    return this.page.locator('leave-word [role=dialog]');
  }
  get field(): Locator {
    return this.page.getByRole('textbox', { name: 'Write a message' });
  }

  async open(): Promise<void> {
    if (await this.panel.isVisible()) return;
    await this.button.click();
    await this.panel.waitFor();
  }

  async close(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Close chat' }).click();
    await this.panel.waitFor({ state: 'hidden' });
  }

  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
    await this.bubble(text).waitFor();
  }

  async burst(texts: string[]): Promise<void> {
    for (const text of texts) await this.say(text);
  }

  bubble(text: string): Locator {
    return this.page.locator('leave-word .b', { hasText: text }).last();
  }

  /** Everything said, from the top to the bottom, as it stands on the screen. */
  async texts(): Promise<string[]> {
    return this.page.locator('leave-word [role=log] .b:not(.dots)').allTextContents();
  }

  /** What is said of this message of hers. */
  async fateOf(text: string): Promise<string> {
    return await this.page.locator('leave-word .c.own', { has: this.page.locator('.b', { hasText: text }) }).last().locator('.m').textContent() ?? '';
  }

  async label(): Promise<string> {
    return await this.button.getAttribute('aria-label') ?? '';
  }

  async leave(): Promise<void> {
    await this.page.close();
  }

  async turnSoundOn(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Options' }).click();
    await this.panel.getByRole('menuitemcheckbox', { name: 'Sound for new messages' }).click();
    await this.page.keyboard.press('Escape');
  }

  async forgetMe(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Options' }).click();
    await this.panel.getByRole('menuitem', { name: 'Forget me on this device' }).click();
    await this.panel.getByRole('alertdialog').getByRole('button', { name: 'Forget me', exact: true }).click();
  }

  sounds(): Promise<number> {
    return this.page.evaluate(() => (window as unknown as { sounds: number }).sounds);
  }

  databases(): Promise<string[]> {
    return this.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));
  }

  /** From now on every message that is ever shown as sent is remembered, also if it changes back. */
  async watchSent(): Promise<void> {
    await this.page.evaluate((selector) => {
      const root = document.querySelector('leave-word')!.shadowRoot!;
      const sent = new Set<string>();
      const look = () => { for (const bubble of root.querySelectorAll(selector)) sent.add(bubble.textContent ?? ''); };
      new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      Object.assign(window, { sent });
      look();
    }, SENT);
  }

  sent(): Promise<string[]> {
    return this.page.evaluate(() => [...(window as unknown as { sent: Set<string> }).sent].filter((text) => /^her \d+$/.test(text)));
  }
}

/** In the page, before its scripts: each sound starts with an oscillator. */
function countSounds(): void {
  const counted = window as unknown as { sounds: number };
  counted.sounds = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (this: OscillatorNode, ...when: [number?]) {
    // The notes of one chime begin at once.
    if (!(this.context as { counted?: boolean }).counted) counted.sounds++;
    Object.assign(this.context, { counted: true });
    setTimeout(() => Object.assign(this.context, { counted: false }), 100);
    return start.apply(this, when);
  };
}
