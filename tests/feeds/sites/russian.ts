/** The same in Russian and Kazakh, in the manner of sites of the region. All of it is invented. */

import type { Site } from './site.js';
import { paragraphs, RUSSIAN } from './text.js';

const TITLE = 'Одиннадцать постов и три молчания';

export const russianSites: readonly Site[] = [
  {
    name: '1C-Bitrix',
    url: 'https://centr.example/analytics/odinnadtsat-postov/',
    html: `<!DOCTYPE html><html xml:lang="ru" lang="ru"><head><title>${TITLE} | Центр реки</title><meta name="keywords" content="вода"><meta property="og:image" content="/upload/iblock/1f2/post.jpg"></head>
<body><div id="panel"></div><div class="bx-breadcrumb"><div class="bx-breadcrumb-item"><a href="/">Главная</a></div><div class="bx-breadcrumb-item"><a href="/analytics/">Аналитика</a></div><div class="bx-breadcrumb-item"><span>${TITLE}</span></div></div>
<div class="news-detail"><h1>${TITLE}</h1><span class="news-date-time">03.06.2026</span>
<div class="news-detail-rubric"><a href="/analytics/section/water/">Программа «Вода и климат»</a></div>
<img class="detail_picture" src="/upload/iblock/1f2/post.jpg" width="800" height="533" alt="${TITLE}" title="${TITLE}"><div class="photo-desc">Источник фото: Агентство рек</div>
<p><b>Автор:</b> Бакыт Осмонов</p>${paragraphs(RUSSIAN.slice(0, 2))}
<div style="background:#eee"><b>Читайте также:</b> <a href="/analytics/hleb/">Сколько стоит хлеб</a></div>
${paragraphs(RUSSIAN.slice(2))}<p><i>Нашли ошибку? Выделите её и нажмите Ctrl+Enter.</i></p><div style="clear:both"></div></div>
<div class="ya-share2" data-services="vkontakte,telegram"></div>
<div class="catalog-section"><h3>Материалы по теме</h3><div class="news-list"><p class="news-item"><img class="preview_picture" src="/upload/x.jpg"><span class="news-date-time">01.06.2026</span><a href="/analytics/hleb/"><b>Сколько стоит хлеб</b></a><small>Раздел: Программа «Экономика»</small></p><p class="news-item"><img class="preview_picture" src="/upload/y.jpg"><a href="/analytics/dorogi/"><b>Старые дороги</b></a><small>Раздел: Программа «Образование»</small></p></div></div>
<div id="bx-composite-banner"></div></body></html>`,
    title: TITLE,
    author: 'Бакыт Осмонов',
    publishedAt: '2026-06-03T12:00:00.000Z',
    image: { url: 'https://centr.example/upload/iblock/1f2/post.jpg', credit: 'Агентство рек' },
    categories: ['Программа «Вода и климат»', 'Аналитика'],
    body: RUSSIAN,
    without: /хлеб|Старые дороги|Экономика|Образование|Ctrl|Осмонов|Источник фото|03\.06/,
  },
  {
    name: 'WordPress in Russian, with a plug for Telegram',
    url: 'https://obzor.example/2026/06/posty/',
    html: `<html lang="ru-RU"><head><title>${TITLE} — Обзор</title><meta property="og:locale" content="ru_RU"><meta property="og:site_name" content="Обзор"><meta property="og:title" content="${TITLE}"></head>
<body class="single"><div id="page"><article class="post type-post category-security"><header class="entry-header"><span class="cat-links"><a href="/category/security/" rel="category tag">Безопасность и политика</a></span><h1 class="entry-title">${TITLE}</h1><div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="2026-06-03T09:00:00+06:00">3 июня, 2026</time></span><span class="byline"> <span class="author vcard"><a class="url fn n" href="/author/gulnara/">Гульнара Сапарова</a></span></span><span class="post-views">Просмотров: 512</span><span>Время чтения: 4 мин.</span></div></header>
<div class="entry-content"><div class="wp-caption aligncenter"><a href="/wp-content/uploads/most.jpg"><img class="lazyload" src="/wp-content/themes/x/lazy_placeholder.gif" data-src="/wp-content/uploads/most-1024x683.jpg" alt="Мост"></a><p class="wp-caption-text">Верхний мост. Фото: А. Ким</p></div>
${paragraphs(RUSSIAN)}<p>Подписывайтесь на наш <a href="https://t.me/obzor">Телеграм-канал</a>, чтобы не пропустить главное.</p>
<div class="addtoany_share_save_container"><a href="https://t.me/share">Telegram</a></div></div></article>
<nav class="navigation post-navigation"><a href="/old/">Сколько стоит хлеб</a></nav><div id="comments"><h2>1 комментарий</h2><p>Спасибо, очень подробно и по делу.</p></div></div></body></html>`,
    title: TITLE,
    author: 'Гульнара Сапарова',
    publishedAt: '2026-06-03T03:00:00.000Z',
    image: { url: 'https://obzor.example/wp-content/uploads/most-1024x683.jpg', credit: 'А. Ким' },
    categories: ['Безопасность и политика'],
    body: [...RUSSIAN, 'Верхний мост.'],
    without: /хлеб|Телеграм|Просмотров|Время чтения|Спасибо|А\. Ким/,
  },
  {
    name: 'a site of tables, as they were made before',
    url: 'https://arhiv.example/show.php?id=77',
    html: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><title>${TITLE}</title></head><body bgcolor="#ffffff">
<table width="100%"><tr><td width="180" valign="top"><a href="/">Главная</a><br><a href="/prog.php?id=2">Программа «Энергетика»</a><br><a href="/about.php">О нас</a></td>
<td valign="top"><font size="1">3 июня 2026 г.</font><h2>${TITLE}</h2><b>Автор: Дана Оразова</b><br><br><img src="img/77.jpg" align="left" alt="Пост">${RUSSIAN.join('<br><br>')}
<br><br><a href="print.php?id=77">Версия для печати</a></td></tr></table></body></html>`,
    title: TITLE,
    author: 'Дана Оразова',
    publishedAt: '2026-06-03T12:00:00.000Z',
    image: { url: 'https://arhiv.example/img/77.jpg' },
    categories: [],
    body: RUSSIAN,
    without: /Энергетика|О нас|Оразова|Версия для печати/,
  },
  {
    name: 'Tilda, in blocks without meaning',
    url: 'https://proekt.example/posty',
    html: `<html lang="ru"><head><title>${TITLE}</title><meta property="og:title" content="${TITLE}"><meta property="og:image" content="https://static.proekt.example/tild1/post.jpg"></head><body class="t-body"><div id="allrecords" class="t-records">
<div id="rec1" class="r t-rec"><div class="t228__leftcontainer"><a href="/">Проект</a></div></div>
<div id="rec2" class="r t-rec"><div class="t-cover"><div class="t-cover__carrier" data-content-cover-bg="https://static.proekt.example/tild1/post.jpg"></div><div class="t-container"><div class="t001__uptitle t-uptitle">Программа «Общество»</div><h1 class="t001__title t-title">${TITLE}</h1><div class="t001__descr">Текст: Аида Бекова<br>3 июня 2026</div></div></div></div>
${RUSSIAN.map((text, n) => `<div id="rec${n + 3}" class="r t-rec"><div class="t-container"><div class="t-col t-col_8"><div field="text" class="t-text t-text_md">${text}</div></div></div></div>`).join('')}
<div id="rec9" class="r t-rec"><div class="t-popup"><form><div class="t-title">Оставьте почту</div><input name="email"></form></div></div></div></body></html>`,
    title: TITLE,
    author: 'Аида Бекова',
    publishedAt: '2026-06-03T12:00:00.000Z',
    image: { url: 'https://static.proekt.example/tild1/post.jpg' },
    categories: ['Программа «Общество»'],
    body: RUSSIAN,
    without: /Оставьте почту|Бекова|Общество$/,
  },
  {
    name: 'a news site with cards below, in Kazakh',
    url: 'https://ortalyq.example/kk/taldau/su',
    html: `<html lang="kk"><head><title>Он бір бекет, үш үнсіздік | Орталық</title></head><body><header><a href="/kk">Орталық</a></header>
<main><div class="tag"><a href="/kk/baghdarlama/su">Су және климат бағдарламасы</a></div><h1>Он бір бекет, үш үнсіздік</h1><div><span>Автор: Ерлан Сейітов</span> <span>3 маусым 2026</span></div>
<figure><img src="/su.jpg" alt="Бекет"><figcaption>Сурет: Өзендер агенттігі</figcaption></figure>
<div>${paragraphs([
      'Наурыз айында екі министрлік өзеннің жоғарғы ағысындағы барлық бекеттің көрсеткіштерімен алмасуға келісті, ал маусымға дейін он бір станцияның үшеуі ештеңе жібермеді.',
      'Екі жағалаудағы шенеуніктер құралдарды кінәлайды. Оларды күтетіндер қыстан бері жанармайға ешкім төлемейтінін, ал жолдан бір сағаттық жердегі бекетке кездейсоқ көлікпен ғана баратынын айтады.',
    ])}</div>
<section><h3>Тағы оқыңыз</h3><div class="grid"><a href="/kk/1"><img src="/1.jpg"><div>Экономика бағдарламасы</div><h4>Нан қанша тұрады</h4></a><a href="/kk/2"><img src="/2.jpg"><div>Білім бағдарламасы</div><h4>Ескі жолдар</h4></a></div></section></main></body></html>`,
    title: 'Он бір бекет, үш үнсіздік',
    author: 'Ерлан Сейітов',
    publishedAt: '2026-06-03T12:00:00.000Z',
    image: { url: 'https://ortalyq.example/su.jpg', credit: 'Өзендер агенттігі' },
    categories: ['Су және климат бағдарламасы'],
    body: ['Наурыз айында екі министрлік', 'Екі жағалаудағы шенеуніктер'],
    without: /Нан қанша|Ескі жолдар|Экономика|Сейітов|Сурет:/,
  },
];
