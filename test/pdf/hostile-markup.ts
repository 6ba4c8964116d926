/** Lists markup that tries to reach `host` (address and port) by every way Chromium knows, or to read `file`. */
export function hostileMarkup(host: string, file: string): Record<string, string> {
  const url = (name: string): string => `http://${host}/${name}`
  const svg = (content: string): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">${content}</svg>`
  const dataSvg = (content: string): string => `data:image/svg+xml;base64,${Buffer.from(svg(content)).toString('base64')}`
  const run = (code: string): string =>
    `<script>${code}</script><img src="data:," onerror="${code.replaceAll('"', '&quot;')}"><svg onload="${code.replaceAll('"', '&quot;')}">`
  return {
    image: `<img src="${url('img')}">`,
    'image set': `<img srcset="${url('srcset')} 1x, ${url('srcset2')} 2x" sizes="100vw">`,
    picture: `<picture><source srcset="${url('picture')}"><img src="data:,"></picture>`,
    'image input': `<input type="image" src="${url('input')}">`,
    'lazy image': `<img loading="eager" fetchpriority="high" src="${url('eager')}">`,
    script: `<script src="${url('script.js')}"></script><script type="module" src="${url('module.js')}"></script>`,
    'script from within': run(`new Image().src="${url('new-image')}"`),
    fetch: run(`fetch("${url('fetch')}",{mode:"no-cors"})`),
    beacon: run(`navigator.sendBeacon("${url('beacon')}","x")`),
    websocket: run(`new WebSocket("ws://${host}/ws")`),
    'event source': run(`new EventSource("${url('events')}")`),
    worker: run(`new Worker("${url('worker.js')}");new SharedWorker("${url('shared.js')}")`),
    webrtc: run(
      `var p=new RTCPeerConnection({iceServers:[{urls:"stun:${host}"}]});p.createDataChannel("x");p.createOffer().then(o=>p.setLocalDescription(o))`,
    ),
    'navigation from within': run(`location="${url('location')}";open("${url('open')}")`),
    'import map': `<script type="importmap">{"imports":{"x":"${url('map.js')}"}}</script><script type="module">import "x"</script>`,
    'speculation rules': `<script type="speculationrules">{"prefetch":[{"urls":["${url('speculate')}"]}],"prerender":[{"urls":["${url('prerender')}"]}]}</script>`,
    frames: `<iframe src="${url('iframe')}"></iframe><frameset><frame src="${url('frame')}"></frameset>`,
    'frame of markup': `<iframe srcdoc="&lt;img src='${url('srcdoc')}'&gt;&lt;script src='${url('srcdoc.js')}'&gt;&lt;/script&gt;"></iframe>`,
    'data frame': `<iframe src="data:text/html,<img src='${url('data-frame')}'><script>fetch('${url('data-frame-fetch')}')</script>"></iframe>`,
    'script frame': `<iframe src="javascript:fetch('${url('javascript-frame')}')"></iframe>`,
    object: `<object data="${url('object')}" type="text/html"></object><object data="data:text/html,<img src='${url('data-object')}'>"></object>`,
    embed: `<embed src="${url('embed')}" type="image/svg+xml"><embed src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='${url('data-embed')}'/></svg>">`,
    'fenced frame': `<portal src="${url('portal')}"></portal><fencedframe src="${url('fenced')}"></fencedframe>`,
    stylesheet: `<link rel="stylesheet" href="${url('style.css')}"><link rel="stylesheet" href="data:text/css,@import '${url('data-style.css')}';body{background:url(${url('data-style')})}">`,
    hints: [
      'preload',
      'prefetch',
      'preconnect',
      'dns-prefetch',
      'prerender',
      'modulepreload',
      'icon',
      'manifest',
      'apple-touch-icon',
      'expect',
      'search',
      'pingback',
    ]
      .map((rel) => `<link rel="${rel}" as="image" href="${url(rel)}">`)
      .join(''),
    'named host': `<link rel="dns-prefetch" href="http://canary.invalid"><link rel="preconnect" href="http://localhost:${host.split(':')[1]}"><img src="http://localhost:${host.split(':')[1]}/localhost">`,
    'css import': `<style>@import url("${url('import.css')}");@import "${url('import2.css')}" layer(x);</style>`,
    'css background': `<style>body{background:url(${url('css-background')});list-style:url(${url('css-list')}) inside;cursor:url(${url('css-cursor')}),auto;border-image:url(${url('css-border')}) 1}</style><p>x`,
    'css mask': `<p style="mask-image:url(${url('css-mask')});clip-path:url(${url('css-clip')}#a);filter:url(${url('css-filter')}#a);shape-outside:url(${url('css-shape')});float:left">x</p>`,
    'css image-set': `<p style="background-image:image-set('${url('image-set')}' 1x);content:url(${url('css-content')})">x</p><style>p::before{content:url(${url('css-before')})}</style>`,
    'css font': `<style>@font-face{font-family:x;src:url(${url('font.woff2')})}p{font-family:x}</style><p>x</p>`,
    'css property': `<style>:root{--x:url(${url('css-variable')})}p{background:var(--x)}@media print{b{background:url(${url('css-print')})}}@page{background:url(${url('css-page')})}</style><p>x<b>y</b></p>`,
    'old attributes': `<table background="${url('table')}"><tr><td background="${url('td')}">x</table><body background="${url('body')}">`,
    'svg image': svg(
      `<image href="${url('svg-image')}" width="9" height="9"/><image xlink:href="${url('svg-xlink')}" width="9" height="9"/>`,
    ),
    'svg use': svg(`<use href="${url('svg-use')}#a"/><use xlink:href="${url('svg-use-xlink')}#a"/>`),
    'svg filter': svg(
      `<filter id="f"><feImage href="${url('svg-feimage')}"/></filter><rect width="9" height="9" filter="url(#f)" fill="url(${url('svg-fill')}#a)"/>`,
    ),
    'svg script': svg(
      `<script href="${url('svg-script')}"/><script>fetch("${url('svg-script-fetch')}")</script><style>@import "${url('svg-import')}";</style>`,
    ),
    'svg foreign': svg(
      `<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="${url('svg-foreign')}"/></foreignObject>`,
    ),
    'svg animation': svg(
      `<image width="9" height="9"><set attributeName="href" to="${url('svg-set')}"/><animate attributeName="href" values="${url('svg-animate')}" dur="1s"/></image>`,
    ),
    'image in an image': `<img src="${dataSvg(`<image href="${url('nested')}" width="9" height="9"/><style>@import "${url('nested-import')}";</style><foreignObject><img src="${url('nested-foreign')}"/></foreignObject>`)}">`,
    media: `<video src="${url('video')}" poster="${url('poster')}" autoplay preload="auto"><source src="${url('source')}"><track default src="${url('track')}"></video><audio src="${url('audio')}" autoplay preload="auto"></audio>`,
    refresh: `<meta http-equiv="refresh" content="0;url=${url('refresh')}">`,
    'other metas': `<meta http-equiv="Link" content="<${url('meta-link')}>; rel=preload; as=image"><meta http-equiv="Content-Security-Policy" content="img-src *; report-uri ${url('csp-report')}"><img src="${url('after-meta')}">`,
    base: `<base href="${url('base/')}"><img src="relative"><p style="background:url(relative-css)">x</p>`,
    form: `<form action="${url('form')}" id="f"><input autofocus onfocus="this.form.submit()"><button formaction="${url('button')}">x</button></form>`,
    ping: `<a href="#x" ping="${url('ping')}" id="a" autofocus>x</a><a href="${url('link')}">x</a><map><area href="${url('area')}" ping="${url('area-ping')}"></map>`,
    manifest: `<html manifest="${url('appcache')}"><body>x`,
    mathml: `<math href="${url('math')}" xlink:href="${url('math-xlink')}"><mtext><img src="${url('math-image')}"></mtext></math>`,
    'shadow root': `<div><template shadowrootmode="open"><style>@import "${url('shadow.css')}"</style><img src="${url('shadow')}"></template></div>`,
    noscript: `<noscript><img src="${url('noscript')}"><iframe src="${url('noscript-frame')}"></iframe></noscript>`,
    clobbering: `<img name="head" src="${url('head')}"><form name="documentElement"><input name="attributes"></form><img name="fonts"><img name="querySelectorAll"><img name="createElement">`,
    'unfinished markup': `<style></style><title></title><textarea></textarea></style></title>--><img src="${url('breakout')}"`,
    'files in frames': ['iframe src', 'embed src', 'object data']
      .map((tag) => `<${tag}="file://${file}"></${tag.split(' ')[0]}>`)
      .join(''),
    'files as resources': `<img src="file://${file}"><link rel="stylesheet" href="file://${file}"><script src="file://${file}"></script><style>@import "file://${file}";@font-face{font-family:y;src:url(file://${file})}</style>`,
    'files in svg': svg(
      `<image href="file://${file}"/><use href="file://${file}#a"/><foreignObject width="99" height="99"><iframe xmlns="http://www.w3.org/1999/xhtml" src="file://${file}"></iframe></foreignObject>`,
    ),
    'files by other names': `<iframe src="view-source:file://${file}"></iframe><iframe src="filesystem:file://${file}"></iframe><iframe src="chrome://version"></iframe><meta http-equiv="refresh" content="0;url=file://${file}"><base href="file://${file}">`,
    'other protocols': `<img src="ftp://${host}/ftp"><img src="ws://${host}/ws"><img src="https://${host}/https"><img src="//${host}/scheme-relative"><img src="blob:http://${host}/x">`,
  }
}
