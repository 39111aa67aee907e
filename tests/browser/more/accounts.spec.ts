import { expect, type Page, test } from '@playwright/test';
import { ADMIN } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { openPanel, signIn, watchErrors } from '../support.ts';

// One station from its first visit on: the tests follow each other.
test.describe.configure({ mode: 'serial' });

const VIEWER = { email: 'viewer@example.org', password: 'a viewer of the evening' };
const CONTROL_PAGES = ['overview', 'live', 'channels', 'library', 'uploads', 'users', 'settings'];

const panel = openPanel(() => ({ setUp: false }));
let code: string;
test.beforeAll(async () => {
  code = await until('the code is printed', () => /\/setup\?code=(\S+)/.exec(panel.server.output())?.[1]);
});

async function fillSetup(page: Page): Promise<void> {
  await page.goto(`${panel.base}/setup?code=${code}`);
  await page.getByLabel('Station name').fill('Rumah TV');
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
}

const openAccountMenu = async (page: Page, name: RegExp): Promise<void> => {
  await page.getByRole('button', { name }).click();
  await expect(page.getByRole('menu')).toBeVisible();
};

test('the first visit leads to the setup, which without the right code offers no form but says where the code is (WEB-06)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await page.goto(panel.base);
  await page.waitForURL(/\/setup$/);
  await expect(page.getByRole('heading', { name: 'Open the setup address' })).toBeVisible();
  await expect(page.getByText('in the terminal or the service')).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);

  await page.goto(`${panel.base}/setup?code=not-the-code`);
  await expect(page.getByRole('heading', { name: 'This code is used up' })).toBeVisible();
  await expect(page.getByText('Restart Siaran for a fresh one.')).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
  const body = { ...ADMIN, stationName: 'Mine', code: 'not-the-code' };
  const answer = await page.request.post(`${panel.base}/api/v1/setup`, { data: body });
  expect(answer.status()).toBe(403);
  expect(errors()).toEqual([]);
});

test('a page that stays open with a wrong code does not use up the attempts of whoever comes with the right one', async ({
  page,
}) => {
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/setup/checks')) asked += 1;
  });
  await page.clock.install();
  await page.goto(`${panel.base}/setup?code=not-the-code`);
  await expect(page.getByRole('heading', { name: 'This code is used up' })).toBeVisible();
  await page.clock.runFor(60_000);
  await expect(page.getByRole('heading', { name: 'This code is used up' })).toBeVisible();
  expect(asked).toBe(1);
});

test('three fields set the station up and end signed in; a second setup is refused (S4.9, WEB-06)', async ({
  page,
  browser,
}) => {
  const errors = watchErrors(page);
  const late = await (await browser.newContext()).newPage();
  await fillSetup(late);
  await fillSetup(page);
  await expect(page.locator('form input')).toHaveCount(3);
  await page.getByRole('button', { name: 'Create station' }).click();
  await page.waitForURL(/\/overview$/);
  await expect(page.getByRole('heading', { name: 'Nothing on air yet' })).toBeVisible();

  // The page that was open meanwhile gets a sentence, whether it noticed by itself or asks.
  const create = late.getByRole('button', { name: 'Create station' });
  const done = late.getByRole('heading', { name: 'Already on air' });
  if (await create.isVisible()) await create.click();
  await expect(done.or(late.getByText('This station is already set up.'))).toBeVisible();
  await late.reload();
  await expect(done).toBeVisible();
  await late.getByRole('link', { name: 'Sign in' }).click();
  await late.waitForURL(/\/login/);
  await late.context().close();
  expect(errors()).toEqual([]);
});

test('a wrong password is answered by a sentence, too many of them by the time to wait (WEB-01)', async ({
  page,
}) => {
  await page.goto(`${panel.base}/login`);
  const send = page.getByRole('button', { name: 'Sign in' });
  const told = page.getByRole('alert').filter({ hasText: /\w/ });
  await page.getByLabel('E-mail').fill('stranger@example.org');
  for (let attempt = 1; attempt <= 11; attempt++) {
    await page.getByRole('textbox', { name: 'Password' }).fill(`wrong password ${attempt}`);
    const answered = page.waitForResponse(/sign-in\/email/);
    await send.click();
    const status = (await answered).status();
    expect(status).toBe(attempt <= 10 ? 401 : 429);
    if (attempt === 1)
      await expect(told).toHaveText('E-mail or password is not right. Check both and try again.');
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  }
  await expect(told).toHaveText(/^Too many attempts\. Try again in \d+ (s|sec|seconds|min|minutes?)\b/);
  await expect(send).toBeDisabled();
});

test('signing out ends the session on the server too (WEB-02)', async ({ page, playwright }) => {
  await signIn(page, panel);
  const former = await playwright.request.newContext({ storageState: await page.context().storageState() });
  expect((await former.get(`${panel.base}/api/v1/me`)).status()).toBe(200);
  await openAccountMenu(page, /^A?\s*admin/i);
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(/\/login/);
  expect((await former.get(`${panel.base}/api/v1/me`)).status()).toBe(401);
  await former.dispose();
  await page.goto(`${panel.base}/library?show=failed`);
  await page.waitForURL(/\/login\?next=/);
  expect(new URL(page.url()).searchParams.get('next')).toBe('/library?show=failed');
});

test('an admin adds a viewer, who sees TV and Videos and no page of the control room (S4.9, WEB-04)', async ({
  page,
  browser,
}) => {
  await signIn(page, panel);
  await page.goto(`${panel.base}/users`);
  await page.getByRole('button', { name: 'Add person' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Evi Viewer');
  await dialog.getByLabel('E-mail').fill(VIEWER.email);
  await dialog.getByRole('textbox', { name: 'Password' }).fill(VIEWER.password);
  await dialog.getByLabel('Role').selectOption('viewer');
  await dialog.getByRole('button', { name: 'Add person' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('list', { name: 'People' }).getByText('Evi Viewer')).toBeVisible();

  const viewer = await (await browser.newContext()).newPage();
  const errors = watchErrors(viewer);
  await signIn(viewer, panel, VIEWER);
  await viewer.waitForURL(/\/tv$/);
  const places = viewer.getByRole('navigation').getByRole('link');
  await expect(places).toHaveText(['TV', 'Videos']);
  await openAccountMenu(viewer, /Account/);
  await expect(viewer.getByRole('menuitem', { name: 'Control room' })).toHaveCount(0);
  for (const name of CONTROL_PAGES) {
    await viewer.goto(`${panel.base}/${name}`);
    await viewer.waitForURL(/\/tv$/);
    await expect(viewer.getByRole('navigation', { name: 'Control' })).toHaveCount(0);
  }
  for (const path of ['users', 'settings', 'jobs', 'overview'])
    expect((await viewer.request.get(`${panel.base}/api/v1/${path}`)).status()).toBe(403);
  await viewer.goto(`${panel.base}/videos`);
  await expect(viewer.getByRole('heading', { name: 'Videos' })).toBeVisible();
  expect(errors()).toEqual([]);
  await viewer.context().close();
});
