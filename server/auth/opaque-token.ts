import { createHmac, type KeyObject, randomBytes } from 'node:crypto';

export const API_TOKEN_PREFIX = 'siaran_';
const API_TOKEN = /^siaran_[A-Za-z0-9_-]{43}$/;
const LINE_TOKEN = /^[A-Za-z0-9_-]{32}$/;
const SHOWN_CHARACTERS = API_TOKEN_PREFIX.length + 6;

/** A new API token with 256 random bits; the prefix lets secret scanners find a leaked one. */
export const newApiToken = (): string => API_TOKEN_PREFIX + randomBytes(32).toString('base64url');
/** A new line token with 192 random bits: short enough to type into a TV app. */
export const newLineToken = (): string => randomBytes(24).toString('base64url');

export const isApiToken = (text: string): boolean => API_TOKEN.test(text);
export const isLineToken = (text: string): boolean => LINE_TOKEN.test(text);

/** The beginning of a token, by which its owner tells it from the others. */
export const shownPrefix = (token: string): string => token.slice(0, SHOWN_CHARACTERS);

/** What the database keeps of a token: HMAC-SHA256, so that a stolen table alone proves nothing. */
export const hashToken = (key: KeyObject, purpose: 'api' | 'line', token: string): string =>
  createHmac('sha256', key).update(`${purpose}:${token}`).digest('hex');
