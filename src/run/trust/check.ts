/**
 * Runs in the visitor's browser: its text is sent as it stands here, so it uses nothing from outside of itself. Says on
 * the page whether this device trusts the shop, and looks again whenever the visitor comes back from the settings.
 */
export const checkTrust = (): void => {
  const main = document.querySelector('main')
  if (!main) return
  const { origin = '', device, chosen } = main.dataset
  // An iPad calls itself a Mac, but has a touch screen.
  if (device === 'macos' && chosen === undefined && navigator.maxTouchPoints > 0) {
    location.replace('?device=ios')
    return
  }

  const reaches = (): Promise<string> =>
    fetch(`${origin}/trust/check`, { cache: 'no-store', credentials: 'omit' }).then(
      response => (response.ok ? 'trusted' : 'untrusted'),
      () => 'untrusted',
    )
  /** Whoever went on in spite of the browser's warning is here by HTTPS too, but gets no service worker, so nothing offline. */
  const works = async (): Promise<string> => {
    if (!('serviceWorker' in navigator)) return 'trusted'
    try {
      const registration = await navigator.serviceWorker.register('/trust/worker.js', { scope: '/trust/worker' })
      await registration.unregister()
      return 'trusted'
    } catch {
      return 'warned'
    }
  }
  const look = async (): Promise<void> => {
    main.dataset.state = await (location.protocol === 'https:' ? works() : reaches())
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void look()
  })
  document.querySelector('#again')?.addEventListener('click', () => void look())
  void look()
}
