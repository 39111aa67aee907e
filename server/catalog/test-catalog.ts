import { testDatabase } from '../../tests/support/database.ts';
import { parseAddressRules } from '../core/address-rules.ts';
import { fixedSettings, loadConfig } from '../core/config.ts';
import { Events } from '../core/events.ts';
import { createNet } from '../net/net.ts';
import { type Catalog, createCatalog } from './index.ts';

/** A catalogue on a database of its own, with a clock that tests move, for tests of this folder. */
export async function testCatalog(options: { allow?: string } = {}) {
  const database = await testDatabase();
  const net = createNet({ allow: parseAddressRules(options.allow ?? '') ?? [] });
  const clock = { ms: Date.now(), now: () => clock.ms, monotonicMs: () => performance.now() };
  const events = new Events();
  const catalog: Catalog = createCatalog({
    db: database.db,
    secrets: database.secrets,
    settings: fixedSettings(loadConfig({})),
    net,
    events,
    clock,
  });
  return {
    ...database,
    catalog,
    clock,
    events,
    async close() {
      await net.close();
      await database.close();
    },
  };
}

/** A list of `count` entries in groups of a hundred; `tag` goes into every query as an account's token would. */
export function generatedList(count: number, tag = 'a'): string {
  const entry = (i: number) =>
    `#EXTINF:-1 tvg-id="ch${i}.example" tvg-logo="https://logos.example/${i}.png" tvg-chno="${i + 1}" group-title="Group ${Math.floor(i / 100)}",Channel ${i}\nhttp://provider.example:8080/live/${i}.ts?token=${tag}${i}\n`;
  return `#EXTM3U\n${Array.from({ length: count }, (_, i) => entry(i)).join('')}`;
}
