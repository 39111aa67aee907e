import { ADMIN } from './server.ts';

export type Answer<T = Record<string, unknown>> = { status: number; headers: Headers; body: T };

/** A signed-in caller of the API, as a browser is one: by its cookie. */
export class Client {
  readonly base: string;
  cookie = '';

  constructor(base: string) {
    this.base = base;
  }

  async signIn(email = ADMIN.email, password = ADMIN.password): Promise<this> {
    const response = await fetch(`${this.base}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: this.base },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`Signing in failed with ${response.status}: ${await response.text()}`);
    this.cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
    return this;
  }

  raw(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      Cookie: this.cookie,
      Origin: this.base,
      ...(init.headers as Record<string, string> | undefined),
    };
    return fetch(new URL(path, this.base), { redirect: 'manual', ...init, headers });
  }

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const init: RequestInit =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    const response = await this.raw(path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text ? JSON.parse(text) : null) as T,
    };
  }

  get = <T = Record<string, unknown>>(path: string): Promise<Answer<T>> => this.call<T>('GET', path);
  post = <T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Answer<T>> =>
    this.call<T>('POST', path, body);
}
