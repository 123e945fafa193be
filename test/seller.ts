/** An agent with her hands on the inbox: what she does, and what she sees. */
import type { BrowserContext, Locator, Page } from 'playwright-core';

const SENT = '.said:has(.fate-sent, .fate-delivered, .fate-seen) .bubble';

export class Seller {
  readonly page: Page;
  private constructor(page: Page) {
    this.page = page;
  }

  /** By the one-time link of an invitation. */
  static async join(browser: BrowserContext, link: string, { name, password }: { name: string; password: string }): Promise<Seller> {
    const page = await browser.newPage();
    await page.goto(link);
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Choose a password').fill(password);
    await page.getByRole('button', { name: 'Join' }).click();
    const seller = new Seller(page);
    await page.getByRole('navigation').first().waitFor({ timeout: 20_000 });
    return seller;
  }

  /** Still signed in from before. */
  static async comeBack(browser: BrowserContext, inbox: string): Promise<Seller> {
    const page = await browser.newPage();
    await page.goto(inbox);
    return new Seller(page);
  }

  get log(): Locator {
    return this.page.getByRole('log', { name: 'Messages' });
  }
  get field(): Locator {
    return this.page.getByRole('textbox', { name: 'Your answer' });
  }

  /** The thread in the list whose newest message begins like this. */
  row(preview: string): Locator {
    return this.page.locator('a.row', { hasText: preview });
  }

  /** Finds the thread wherever it lies, and opens it. */
  async open(preview: string): Promise<void> {
    await this.page.getByRole('link', { name: /Everyone/ }).first().click();
    await this.row(preview).click();
    await this.log.waitFor();
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
    return this.log.locator('.bubble', { hasText: text }).last();
  }

  texts(): Promise<string[]> {
    return this.log.locator('.bubble').allTextContents();
  }

  async fateOf(text: string): Promise<string> {
    const fate = this.page.locator('.said', { has: this.page.locator('.bubble', { hasText: text }) }).last().locator('.fate');
    return await fate.count() ? await fate.textContent() ?? '' : '';
  }

  async watchSent(): Promise<void> {
    await this.page.evaluate((selector) => {
      const sent = new Set<string>();
      const look = () => { for (const bubble of document.querySelectorAll(selector)) sent.add(bubble.textContent ?? ''); };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      Object.assign(window, { sent });
      look();
    }, SENT);
  }

  sent(): Promise<string[]> {
    return this.page.evaluate(() => [...(window as unknown as { sent: Set<string> }).sent].filter((text) => /^mina \d+$/.test(text)));
  }
}
