import HLS, { type types } from 'hls-parser';
import type { Client } from './client.ts';

type Master = types.MasterPlaylist;
type Media = types.MediaPlaylist;

async function text(client: Client, address: string): Promise<string> {
  const answer = await client.raw(address);
  if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`);
  return answer.text();
}

/** Reads a master playlist; its variants' addresses are made absolute. */
export async function master(client: Client, address: string): Promise<Master> {
  const playlist = HLS.parse(await text(client, address));
  if (!playlist.isMasterPlaylist) throw new Error(`${address} is not a master playlist`);
  const base = new URL(address, client.base);
  for (const variant of (playlist as Master).variants) variant.uri = new URL(variant.uri, base).href;
  return playlist as Master;
}

/** Reads a media playlist; its segments' addresses are made absolute. */
export async function media(client: Client, address: string): Promise<Media> {
  const playlist = HLS.parse(await text(client, address));
  if (playlist.isMasterPlaylist) throw new Error(`${address} is not a media playlist`);
  const base = new URL(address, client.base);
  for (const segment of (playlist as Media).segments) segment.uri = new URL(segment.uri, base).href;
  return playlist as Media;
}

/** The bytes of a segment. */
export async function segmentBytes(client: Client, address: string): Promise<Buffer> {
  const answer = await client.raw(address);
  if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}
