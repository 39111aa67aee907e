import { once } from 'node:events';
import { Provider } from '../../tests/support/provider/provider.ts';

/** The provider of the tests as a process of its own; its streams carry the time at which they were sent. */
export type ProviderInput = { streams: string[] };
export type ProviderAnswer = { urls: string[]; port: number };

const [{ streams }] = (await once(process, 'message')) as [ProviderInput];
const provider = await Provider.start();
const urls = streams.map((name) => {
  provider.stream(name).stamped = true;
  return provider.ts(name);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ urls, port: provider.port } satisfies ProviderAnswer);
