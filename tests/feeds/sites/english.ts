/** Pages in the manner of what policy centres publish with, in English. All of it is invented. */

import type { Site } from './site.js';
import { ENGLISH, paragraphs } from './text.js';

const [first = '', second = '', third = '', fourth = ''] = ENGLISH;
const TITLE = 'Eleven gauges, three silences';

export const englishSites: readonly Site[] = [
  {
    name: 'WordPress with a block theme and an SEO plugin',
    url: 'https://centre.example/2026/06/eleven-gauges/',
    html: `<!doctype html><html lang="en-US"><head><title>${TITLE} - River Centre</title>
<meta property="og:title" content="${TITLE}"><meta property="og:site_name" content="River Centre">
<meta property="og:image" content="https://centre.example/wp-content/uploads/2026/06/gauge-1200x630.jpg">
<meta property="article:published_time" content="2026-06-03T06:15:00+00:00">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
{"@type":"Article","isPartOf":{"@id":"https://centre.example/2026/06/eleven-gauges/"},"author":{"name":"Aida Bekova","@id":"https://centre.example/#/schema/person/1"},"headline":"${TITLE}","datePublished":"2026-06-03T06:15:00+00:00","mainEntityOfPage":{"@id":"https://centre.example/2026/06/eleven-gauges/"},"articleSection":["Water and Climate"],"inLanguage":"en-US"},
{"@type":"BreadcrumbList","itemListElement":[{"@type":"ListItem","position":1,"name":"Home"},{"@type":"ListItem","position":2,"name":"Analysis"},{"@type":"ListItem","position":3,"name":"${TITLE}"}]}]}</script></head>
<body class="wp-singular post-template-default single"><header class="wp-block-template-part"><nav><a href="/">River Centre</a><a href="/category/energy/">Energy</a></nav></header>
<main class="wp-block-group"><h1 class="wp-block-post-title">${TITLE}</h1>
<figure class="wp-block-post-featured-image"><img loading="lazy" src="data:image/svg+xml,%3Csvg%3E" data-lazy-src="https://centre.example/wp-content/uploads/2026/06/gauge.jpg" alt="A gauge in spring"><noscript><img src="https://centre.example/wp-content/uploads/2026/06/gauge.jpg" alt="A gauge in spring"></noscript><figcaption>A gauge in spring. Photo: T. Osmonov</figcaption></figure>
<div class="entry-content wp-block-post-content">${paragraphs([first, second])}
<h2 class="wp-block-heading">What the tables say</h2><p>${third}<sup id="fnref1"><a href="#fn1">1</a></sup></p>
<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper"><iframe title="YouTube video player" data-src="https://www.youtube.com/embed/a1b2c3d4e5f?feature=oembed"></iframe></div></figure>
<figure class="wp-block-table"><table><thead><tr><th>Station</th><th>Days</th></tr></thead><tbody><tr><td>Upper bridge</td><td>212</td></tr></tbody></table></figure>
<p>${fourth}</p><ol class="wp-block-footnotes"><li id="fn1">Joint tables of 2025, page 40.</li></ol>
<div class="sharedaddy sd-sharing-enabled"><h3>Share this:</h3><ul><li><a href="?share=x">X</a></li></ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3><p><a href="/2025/01/energy/">Coal is back</a> In "Energy"</p></div></div>
<div class="author-box"><p>Aida Bekova leads the Energy Program.</p></div></main>
<section class="wp-block-comments"><h2>2 thoughts on this</h2><p>Well said by a reader who has much to say about it, and says it here.</p></section></body></html>`,
    title: TITLE,
    author: 'Aida Bekova',
    publishedAt: '2026-06-03T06:15:00.000Z',
    image: {
      url: 'https://centre.example/wp-content/uploads/2026/06/gauge-1200x630.jpg',
      credit: 'T. Osmonov',
    },
    categories: ['Water and Climate', 'Analysis'],
    body: [
      ...ENGLISH.slice(0, 2),
      '<h2>What the tables say</h2>',
      'href="https://www.youtube.com/watch?v=a1b2c3d4e5f"',
      '<td>212</td>',
      'Joint tables of 2025',
      'href="https://centre.example/2026/06/eleven-gauges/#fn1"',
    ],
    without: /Coal is back|Share this|Well said|leads the Energy|T\. Osmonov/,
  },
  {
    name: 'WordPress built with Elementor',
    url: 'https://policy.example/eleven-gauges/',
    html: `<html lang="en-GB"><head><title>${TITLE} &#8211; Policy House</title></head><body class="elementor-page">
<div class="elementor elementor-location-single"><section class="elementor-section"><div class="elementor-widget-theme-post-title"><div class="elementor-widget-container"><h1 class="elementor-heading-title">${TITLE}</h1></div></div>
<div class="elementor-widget-post-info"><ul class="elementor-inline-items elementor-icon-list-items"><li class="elementor-icon-list-item" itemprop="about"><a href="/programs/security/"><span class="elementor-post-info__terms-list-item">Security Program</span></a></li><li itemprop="datePublished"><span class="elementor-post-info__item--type-date">June 3, 2026</span></li><li itemprop="author"><span class="elementor-post-info__item--type-author">By Jonas Weber</span></li></ul></div></section>
<div class="elementor-widget-theme-post-featured-image"><img src="/wp-content/uploads/river.jpg" width="1600" height="900" alt="The upper river"></div>
<div class="elementor-widget-text-editor"><div class="elementor-widget-container"><p><em>Image source: River Agency</em></p></div></div>
<div class="elementor-widget-theme-post-content"><div class="elementor-widget-container">${paragraphs(ENGLISH)}</div></div>
<div class="elementor-widget-share-buttons"><div class="elementor-share-btn">Facebook</div><div class="elementor-share-btn">LinkedIn</div></div>
<div class="elementor-widget-posts"><h3>You may also like</h3><div class="elementor-posts"><article class="elementor-post"><a href="/x"><img src="/x.jpg"></a><div class="elementor-post__badge">Economy Program</div><h3 class="elementor-post__title"><a href="/x">The price of bread</a></h3></article><article class="elementor-post"><a href="/y"><img src="/y.jpg"></a><div class="elementor-post__badge">Education Program</div><h3 class="elementor-post__title"><a href="/y">Schools by the border</a></h3></article></div></div></div></body></html>`,
    title: TITLE,
    author: 'Jonas Weber',
    publishedAt: '2026-06-03T12:00:00.000Z',
    image: { url: 'https://policy.example/wp-content/uploads/river.jpg', credit: 'River Agency' },
    categories: ['Security Program'],
    body: ENGLISH,
    without: /price of bread|Schools by|LinkedIn|Economy|Image source/,
  },
  {
    name: 'Drupal with microdata of old',
    url: 'https://institute.example/node/412',
    html: `<html lang="en" dir="ltr"><head><title>${TITLE} | Institute</title><meta name="dcterms.title" content="${TITLE}"><meta name="dcterms.date" content="2026-06-03T11:40+06:00"><meta name="dcterms.creator" content="Nurlan Tashiev"></head>
<body class="node-type-article"><div id="header"><div class="region-header"><form id="search-block-form"><input name="q"></form></div></div>
<div class="breadcrumb"><a href="/">Home</a> » <a href="/programs">Programs</a> » <a href="/programs/regional">Regional Cooperation Program</a></div>
<h1 id="page-title">${TITLE}</h1><div id="node-412" class="node node-article"><div class="meta submitted">Submitted on Wed, 06/03/2026 - 11:40</div>
<div class="content"><div class="field field-name-field-image"><div class="field-items"><img typeof="foaf:Image" src="/sites/default/files/styles/large/public/post.png?itok=abc" width="480" height="320" alt="A post"></div></div>
<div class="field field-name-body"><div class="field-items"><div class="field-item even" property="content:encoded">${paragraphs(ENGLISH)}</div></div></div>
<div class="field field-name-field-tags"><div class="field-label">Tags:&nbsp;</div><a href="/tags/river">river</a></div></div>
<ul class="links inline"><li class="print_html"><a href="/print/412">Printer-friendly version</a></li></ul></div>
<div class="region-sidebar"><h2>Recent publications</h2><ul><li><a href="/node/1">Old roads</a></li></ul></div></body></html>`,
    title: TITLE,
    author: 'Nurlan Tashiev',
    publishedAt: '2026-06-03T05:40:00.000Z',
    image: {
      url: 'https://institute.example/sites/default/files/styles/large/public/post.png?itok=abc',
    },
    categories: ['Regional Cooperation Program'],
    body: ENGLISH,
    without: /Submitted on|Old roads|Printer-friendly/,
  },
  {
    name: 'Joomla with its article info',
    url: 'https://forum.example/index.php/analysis/31-eleven-gauges',
    html: `<html lang="en-gb"><head><base href="https://forum.example/index.php/analysis/31-eleven-gauges"><title>${TITLE}</title></head><body>
<div class="item-page" itemscope itemtype="https://schema.org/Article"><meta itemprop="inLanguage" content="en-GB"><div class="page-header"><h2 itemprop="headline">${TITLE}</h2></div>
<dl class="article-info muted"><dt class="article-info-term">Details</dt><dd class="createdby" itemprop="author">Written by <span itemprop="name">Gulnara Saparova</span></dd><dd class="category-name">Category: <a href="/index.php/analysis" itemprop="genre">Trade and Economy</a></dd><dd class="published">Published: <time datetime="2026-06-03T08:00:00+03:00" itemprop="datePublished">03 June 2026</time></dd><dd class="hits">Hits: 1207</dd></dl>
<div class="pull-left item-image"><img src="images/2026/post.jpg" alt="" itemprop="image"></div>
<div itemprop="articleBody">${paragraphs(ENGLISH)}</div>
<ul class="pager pagenav"><li class="previous"><a href="/index.php/analysis/30">Prev</a></li><li class="next"><a href="/index.php/analysis/32">Next</a></li></ul></div>
<form id="login-form"><label>Username</label><input name="username"><input type="password" name="password"></form></body></html>`,
    title: TITLE,
    author: 'Gulnara Saparova',
    publishedAt: '2026-06-03T05:00:00.000Z',
    image: { url: 'https://forum.example/index.php/analysis/images/2026/post.jpg' },
    categories: ['Trade and Economy'],
    body: ENGLISH,
    without: /Hits|Prev|Username|Details|Written by/,
  },
  {
    name: 'Ghost with a newsletter box',
    url: 'https://notes.example/eleven-gauges/',
    html: `<html lang="en"><head><title>${TITLE}</title><meta property="og:title" content="${TITLE}"><meta property="article:published_time" content="2026-06-03T05:00:00.000Z"><meta property="article:tag" content="Water"><meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Mira Lee">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"Article","publisher":{"@type":"Organization","name":"Notes"},"author":{"@type":"Person","name":"Mira Lee"},"headline":"${TITLE}","url":"https://notes.example/eleven-gauges/","datePublished":"2026-06-03T05:00:00.000Z","image":{"@type":"ImageObject","url":"https://notes.example/content/images/gauge.jpg"}}</script></head>
<body class="post-template"><main class="gh-main"><article class="gh-article post"><header class="gh-article-header"><a class="gh-article-tag" href="/tag/water/">Water</a><h1 class="gh-article-title">${TITLE}</h1><p class="gh-article-excerpt">Why the upper river has gone quiet.</p>
<figure class="gh-article-image"><img srcset="/content/images/size/w300/gauge.jpg 300w,/content/images/size/w1200/gauge.jpg 1200w,/content/images/gauge.jpg 2000w" src="/content/images/size/w1200/gauge.jpg" alt="A gauge"><figcaption><span>A gauge. Photo by Lena Ko / Agency</span></figcaption></figure></header>
<section class="gh-content"><p>${first}</p><blockquote><p>${second}</p></blockquote><div class="kg-card kg-signup-card"><h3>Sign up for our letter</h3><form><input type="email"><button>Subscribe</button></form></div><p>${third}</p><figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://tables.example/2025"><div class="kg-bookmark-title">The joint tables</div></a></figure><p>${fourth}</p></section></article>
<section class="gh-read-more"><h2>Read more</h2><article class="post"><a href="/bread/"><h3>The price of bread</h3></a><div class="gh-card-tag">Economy</div></article><article class="post"><a href="/roads/"><h3>Old roads</h3></a></article></section></main></body></html>`,
    title: TITLE,
    author: 'Mira Lee',
    publishedAt: '2026-06-03T05:00:00.000Z',
    image: { url: 'https://notes.example/content/images/gauge.jpg', credit: 'Lena Ko / Agency' },
    categories: ['Water'],
    body: ENGLISH,
    without: /price of bread|Old roads|Sign up for our letter|Economy/,
  },
  {
    name: 'Squarespace with pictures that load late',
    url: 'https://www.lab.example/blog/eleven-gauges',
    html: `<html lang="en-US"><head><title>${TITLE} &mdash; The Lab</title><meta property="og:site_name" content="The Lab"><meta property="og:title" content="${TITLE} &mdash; The Lab"><meta itemprop="datePublished" content="2026-06-03T09:00:00+0100"><meta itemprop="author" content="Sam Reed"><meta itemprop="headline" content="${TITLE}"></head>
<body><article class="hentry"><div class="blog-item-top-wrapper"><span class="blog-categories"><a class="blog-item-category" href="/blog/category/Energy">Energy</a></span><h1 class="entry-title">${TITLE}</h1></div>
<div class="sqs-layout"><div class="sqs-block image-block"><figure><img class="thumb-image" data-src="https://images.lab.example/content/gauge.jpg" data-image="https://images.lab.example/content/gauge.jpg" data-load="false" alt="gauge.jpg"><noscript><img src="https://images.lab.example/content/gauge.jpg" alt="gauge.jpg"></noscript><figcaption class="image-caption-wrapper"><p>Credit: The Lab</p></figcaption></figure></div>
<div class="sqs-block html-block"><div class="sqs-html-content">${paragraphs(ENGLISH, ' class="" style="white-space:pre-wrap;"')}</div></div>
<div class="sqs-block newsletter-block"><form><h2>Stay in touch</h2><button>Sign Up</button></form></div></div></article>
<section class="item-pagination"><a href="/blog/older"><h2>The price of bread</h2></a></section></body></html>`,
    title: TITLE,
    author: 'Sam Reed',
    publishedAt: '2026-06-03T08:00:00.000Z',
    image: { url: 'https://images.lab.example/content/gauge.jpg', credit: 'The Lab' },
    categories: ['Energy'],
    body: ENGLISH,
    without: /price of bread|Stay in touch|Credit:/,
  },
  {
    name: 'Wix, without a class that says anything',
    url: 'https://www.network.example/post/eleven-gauges',
    html: `<html lang="en"><head><title>${TITLE}</title><meta property="og:title" content="${TITLE}"><meta property="article:author" content="Dana Orazova"><meta property="article:published_time" content="2026-06-03T05:00:00.000Z"></head>
<body><div id="SITE_CONTAINER"><div class="k1a"><div class="Xu2"><div data-hook="post"><div class="q9"><div class="t0"><span data-hook="user-name">Dana Orazova</span><ul><li><span data-hook="time-ago">Jun 3</span></li><li><span data-hook="time-to-read">4 min read</span></li></ul></div><h1 class="H2vv" data-hook="post-title"><span>${TITLE}</span></h1></div>
<div data-hook="post-description"><div class="rce"><div><wow-image><img src="https://static.network.example/media/a.jpg/v1/fill/w_49,h_32,blur_2/a.jpg" srcset="https://static.network.example/media/a.jpg/v1/fill/w_980,h_640/a.jpg 1x, https://static.network.example/media/a.jpg/v1/fill/w_1960,h_1280/a.jpg 2x" alt="River"></wow-image></div>${ENGLISH.map((text) => `<p class="_a" dir="auto"><span class="_b">${text}</span></p>`).join('<div type="empty-line"></div>')}</div></div></div>
<div class="rp"><h4>Recent Posts</h4><a href="/blog">See All</a><div><a href="/post/x"><div>The price of bread</div></a></div><div><a href="/post/y"><div>Old roads</div></a></div></div></div></div></div></body></html>`,
    title: TITLE,
    author: 'Dana Orazova',
    publishedAt: '2026-06-03T05:00:00.000Z',
    categories: [],
    body: ENGLISH,
    without: /price of bread|Old roads|Recent Posts|See All/,
  },
  {
    name: 'a journal with the metadata of scholars',
    url: 'https://journal.example/article/7',
    html: `<html lang="en"><head><title>${TITLE} | Journal of Shores</title><meta name="citation_title" content="${TITLE}"><meta name="citation_author" content="Aigerim Sadykova"><meta name="citation_author" content="Daniel Hara"><meta name="citation_publication_date" content="2026/06/03"><meta name="citation_pdf_url" content="https://journal.example/7.pdf"></head>
<body><main><div class="journal-section">Policy Briefs</div><h1>${TITLE}</h1><div class="abstract"><h2>Abstract</h2><p>On gauges.</p></div><div class="full"><h2>1. Gauges</h2>${paragraphs([first, second, third])}<h3>1.1 A fund</h3><ul><li>${fourth}</li></ul><pre>level = 212</pre></div></main><aside><h3>Most read articles</h3><a href="/8">The price of bread</a></aside></body></html>`,
    title: TITLE,
    author: 'Aigerim Sadykova, Daniel Hara',
    publishedAt: '2026-06-03T12:00:00.000Z',
    categories: ['Policy Briefs'],
    body: [first, third, '<h3>1.1 A fund</h3>', `<li>${fourth}</li>`, '<pre>level = 212</pre>'],
    without: /price of bread|Most read/,
  },
];
