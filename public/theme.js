/* Sets the theme before the first paint: dark unless somebody chose otherwise on this device. */
(() => {
  let choice = 'dark';
  try {
    choice = localStorage.getItem('siaran.theme') || 'dark';
  } catch {}
  const light = choice === 'light' || (choice === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
})();
