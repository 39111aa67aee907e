import os from 'node:os';
import type { Foundation } from './foundation.ts';

/** What is printed when the panel is up: where it is, and on the first start the address that makes the first admin. */
export async function welcome({ config, auth }: Foundation, port: number): Promise<string> {
  const { publicUrl, host } = config.values;
  const base = publicUrl?.replace(/\/$/, '') ?? `http://${reachableHost(host)}:${port}`;
  const code = (await auth.setup.needed()) ? auth.setup.code() : null;
  const lines = code
    ? [`Siaran is up. Make the first account within 15 minutes:`, `  ${base}/setup?code=${code.code}`]
    : [`Siaran is up: ${base}`];
  return `\n${lines.join('\n')}\n\n`;
}

/** The address somebody on the same network can type; localhost when only this machine is listened to. */
function reachableHost(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host;
  const addresses = Object.values(os.networkInterfaces()).flat();
  return addresses.find((a) => a && a.family === 'IPv4' && !a.internal)?.address ?? 'localhost';
}
