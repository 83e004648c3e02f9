import { html, raw } from 'hono/html'
import { renderSVG } from 'uqr'
import { type Device, type DeviceName, devices, fileName, type Html } from './devices.ts'

export type TrustPage = {
  device: DeviceName
  /** The visitor said so; the page does not guess again. */
  chosen: boolean
  authority: { title: string; sha256: string; sha1: string; until: string }
  /** Where this device reaches the shop with HTTPS: scheme, name and port. */
  origin: string
  /** Where another device opens this page, and then the till; null where no other can. */
  others: { trust: string; till: string } | null
}

const lines = (fingerprint: string): Html[] =>
  (fingerprint.match(/.{1,24}/g) ?? []).map(part => html`<span>${part.replace(/:$/, '')}</span>`)

/** The light margin is part of the symbol (ISO/IEC 18004: four modules), also on a dark page. */
const code = (text: string, title: string): Html => html`
  <figure>
    <a href="${text}" aria-label="${title}: ${text}">${raw(renderSVG(text, { border: 4, ecc: 'M', pixelSize: 1 }))}</a>
    <figcaption><b>${title}</b><span class="address">${text}</span></figcaption>
  </figure>`

const states: ReadonlyArray<readonly [state: string, mark: string, title: string, text: string]> = [
  ['asking', '', 'Looking…', 'One moment: this page asks the shop over HTTPS.'],
  [
    'trusted',
    '✓',
    'This device trusts the shop',
    'Nothing more to do here. A till on this device can go on when the network is away.',
  ],
  ['untrusted', '!', 'Not trusted yet', 'Follow the steps; this page looks again when you come back to it.'],
  [
    'warned',
    '!',
    'You went on in spite of a warning',
    'The till opens that way, but browsers then let it keep nothing for when the network is away. Follow the steps.',
  ],
]

const steps = (device: Device, { authority, origin }: TrustPage): Html => html`
  <ol class="steps">
    ${device.steps(authority.title).map(
      (step, at) => html`<li><div>
        <p>${step}</p>
        ${at === 0 ? html`<a class="button" href="/trust/${fileName(device.file)}" download>${device.download}</a>` : ''}
      </div></li>`,
    )}
    <li><div>
      <p>Open the till over HTTPS, and put it on the home screen or the desktop.</p>
      <a class="button quiet" href="${origin}/till">Open the till</a>
    </div></li>
  </ol>
  ${
    device.command === undefined
      ? ''
      : html`<details><summary>By a command instead of the second and third step</summary><pre tabindex="0"><code>${device.command}</code></pre></details>`
  }`

export const trustPage = (page: TrustPage): Html => {
  const device: Device = devices[page.device]
  const { authority, others } = page
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Trust this shop · Tillwire</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/trust/trust.css">
</head>
<body>
<main data-state="asking" data-device="${page.device}" data-origin="${page.origin}" ${page.chosen ? raw('data-chosen') : ''}>
<header>
  <p class="brand">Tillwire</p>
  <h1>Trust this shop</h1>
  <p class="lead">Browsers let a till work without a network only over HTTPS, and only where the device knows who vouches for
    the address. On a shop’s own network that is the shop itself. Tell each device once.</p>
</header>
<section class="card state" role="status">
  ${states.map(
    ([state, mark, title, text]) => html`<div data-for="${state}"><span class="mark" aria-hidden="true">${mark}</span>
      <div><h2>${title}</h2><p>${text}</p></div></div>`,
  )}
  <div class="actions">
    <a class="button" data-for="trusted" href="${page.origin}/till">Open the till</a>
    <button type="button" class="button quiet" id="again">Look again</button>
  </div>
  <p class="no-scripts">Open <a href="${page.origin}/till">the till</a>: if no warning comes, this device trusts the shop.</p>
</section>
<div class="columns">
  <section class="card" aria-labelledby="steps">
    <h2 id="steps">On this device</h2>
    <nav aria-label="Kind of device">
      ${Object.entries(devices).map(
        ([name, { name: label }]) =>
          html`<a href="?device=${name}" ${name === page.device ? raw('aria-current="page"') : ''}>${label}</a>`,
      )}
    </nav>
    ${steps(device, page)}
  </section>
  <div class="aside">
    <section class="card" aria-labelledby="fingerprint">
      <h2 id="fingerprint">Compare</h2>
      <p>The shop prints this fingerprint when it starts, and again with <code class="whole">npm run tillwire -- trust</code>. If what your
        device shows differs, go no further.</p>
      <p class="fingerprint" aria-label="SHA-256 fingerprint"><b>SHA-256</b>${lines(authority.sha256)}</p>
      ${page.device === 'windows' ? html`<p class="fingerprint"><b>SHA-1</b>${lines(authority.sha1)}</p>` : ''}
      <p class="dim">${device.compare}</p>
      <p class="dim"><b>${authority.title}</b> ends on ${authority.until}. It can vouch for private addresses and this shop’s
        own names, for no site on the internet.</p>
    </section>
    ${
      others === null
        ? ''
        : html`<section class="card" aria-labelledby="others">
      <h2 id="others">Another device</h2>
      <div class="codes">${code(others.trust, 'First this page')}${code(others.till, 'Then the till')}</div>
    </section>`
    }
  </div>
</div>
</main>
<script src="/trust/trust.js"></script>
</body>
</html>
`
}

/** What there is to say where devices need not be told whom to trust. */
export const nothingToTrust = (title: string, text: string, link: { href: string; label: string } | null): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · Tillwire</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/trust/trust.css">
</head>
<body>
<main>
<header>
  <p class="brand">Tillwire</p>
  <h1>${title}</h1>
  <p class="lead">${text}</p>
  ${link === null ? '' : html`<p><a class="button" href="${link.href}">${link.label}</a></p>`}
</header>
</main>
</body>
</html>
`
