'use client';

import { useEffect, useState } from 'react';

const linkOf = (event: MouseEvent): HTMLAnchorElement | null => {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link?.target !== '' || link.origin !== window.location.origin) return null;
  return link.pathname === window.location.pathname ? null : link;
};

/**
 * While something is not saved: the browser asks before the page is closed, and a link inside the panel is held back.
 * Answers where it leads, until `stay` is called.
 */
export const useLeaving = (unsaved: boolean): { href: string | null; stay: () => void } => {
  const [href, setHref] = useState<string | null>(null);
  useEffect(() => {
    if (!unsaved) return;
    const onUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    const onClick = (event: MouseEvent): void => {
      const link = linkOf(event);
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      setHref(`${link.pathname}${link.search}`);
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
    };
  }, [unsaved]);
  return { href, stay: () => setHref(null) };
};
