/* Sets the theme before the first paint: dark unless somebody chose otherwise on this device. */
(() => {
  let choice = 'dark';
  try {
    choice = localStorage.getItem('siaran.theme') || 'dark';
  } catch {}
  const light = choice === 'light' || (choice === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
})();

/*
 * A page whose own scripts did not arrive would stand still for ever: until it is alive it is loaded anew as soon as the
 * server answers. Afterwards it fetches by itself what is missing, and nothing here touches it.
 */
(() => {
  const html = document.documentElement;
  const MOST_RELOADS = 5;
  const WITHIN_MS = 60_000;
  let watching = false;

  let box = null;
  const note = (text) => {
    if (!document.body || 'alive' in html.dataset) return;
    box ??= document.createElement('p');
    box.setAttribute('role', 'status');
    box.style.cssText =
      'position:fixed;z-index:99;left:50%;top:12px;transform:translateX(-50%);box-sizing:border-box;width:max-content;max-width:calc(100vw - 24px);margin:0;padding:10px 14px;border:1px solid #3A3553;border-radius:12px;background:#1F1C2D;color:#F4F2FB;font:500 13px/20px ui-sans-serif,system-ui,sans-serif';
    box.textContent = text;
    document.body.append(box);
  };

  /* A page that cannot be loaded at all is not loaded for ever. */
  const mayReload = (now) => {
    const key = 'siaran.reloads';
    try {
      const recent = JSON.parse(sessionStorage.getItem(key) || '[]').filter((at) => now - at < WITHIN_MS);
      if (recent.length >= MOST_RELOADS) return false;
      sessionStorage.setItem(key, JSON.stringify([...recent, now]));
      return true;
    } catch {
      return false;
    }
  };

  const ask = async (waitMs) => {
    if ('alive' in html.dataset) return box?.remove();
    const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
    if ('alive' in html.dataset) return box?.remove();
    if (answer?.ok && mayReload(Date.now())) return location.reload();
    note(
      answer?.ok
        ? 'The server answers, but parts of this page do not arrive. Reload it, or look what stands between: a proxy or an extension.'
        : 'The server does not answer. The page opens as soon as it does.',
    );
    setTimeout(ask, waitMs, Math.min(waitMs * 2, 8000));
  };

  addEventListener(
    'error',
    ({ target }) => {
      const address = target instanceof HTMLScriptElement ? target.src : '';
      if (watching || 'alive' in html.dataset || !address.includes('/_next/')) return;
      watching = true;
      /* The bundler tries once more by itself. */
      setTimeout(ask, 1500, 1000);
    },
    true,
  );
})();
