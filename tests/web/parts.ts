import type { Newsroom, ProgramFace } from '../../src/model.js';
import type { OutputFeedView, WebDeps } from '../../src/web/deps.js';
import { createWeb } from '../../src/web/index.js';
import { serveWeb, type WebServer } from '../../src/web/server.js';
import { outputArticle } from '../templates/feeds/sample.js';

export const newsroom: Newsroom = {
  name: 'Caspian Policy Desk',
  url: 'https://news.example/',
  language: 'en',
  timezone: 'Asia/Almaty',
  postalAddress: '1 Abay Street\nAlmaty',
  colour: '#0b6e4f',
};

export const spp: ProgramFace = { id: 'spp', name: 'Security and Politics', colour: '#b3261e' };
export const energy: ProgramFace = { id: 'energy', name: 'Energy & Water', colour: '#f4c430' };

export const editionId = '11111111-1111-5111-8111-111111111111';

/** A newsroom in memory: one reader of two programs, whose e-mail about one of them holds `token`. */
export class FakeNewsroom implements WebDeps {
  readonly newsroom: Newsroom;
  readonly publicUrl: string = 'https://letters.example';
  readonly links = {
    outputFeed: (id: string, format: string) => `${this.publicUrl}/feeds/${id}.${format}`,
  };
  readonly feeds = new Map<string, OutputFeedView>(
    ['all', 'all/digests'].map((id) => [
      id,
      {
        id,
        title: 'Everything',
        description: 'All programs.',
        items: Array.from({ length: 20 }, (_, index) => outputArticle(index)),
        changedAt: '2026-03-01T10:00:00.500Z',
      },
    ]),
  );
  readonly outputFeeds = [
    {
      title: 'Caspian Policy Desk',
      feeds: [
        { id: 'all', title: 'Everything', description: 'All programs.' },
        { id: 'all/digests', title: 'Digests <of> everything', description: '' },
      ],
    },
    {
      title: energy.name,
      feeds: [{ id: 'energy', title: energy.name, description: 'Dams & pipes.' }],
    },
  ];
  readonly editions = new Map([[editionId, { html: '<!doctype html><h1>Frozen</h1>' }]]);
  reads: ProgramFace[] = [spp, energy];
  /** Everything that changed something. */
  readonly changes: string[] = [];
  readonly errors: { error: unknown; where: string }[] = [];
  parts: Record<string, 'ok' | 'down'> = { database: 'ok', queue: 'ok' };

  constructor(look: Partial<Newsroom> = {}) {
    this.newsroom = { ...newsroom, ...look };
  }

  async outputFeed(id: string) {
    if (id === 'broken') throw new Error('secret: postgres://broadsheet:hunter2@db');
    return this.feeds.get(id);
  }

  readonly hubs: string[] = [];
  readonly hubCallback: WebDeps['hubCallback'] = {
    question: async () => undefined,
    push: async () => 'unknown',
  };

  async edition(id: string) {
    return this.editions.get(id);
  }

  readonly archive: WebDeps['archive'] = async (_, { limit, offset }) =>
    Array.from({ length: 45 }, (_, index) => ({
      id: editionId,
      kind: index % 3 ? ('alert' as const) : ('digest' as const),
      language: 'en',
      subject: `Who keeps the canals when the ministry moves out, part ${45 - index}`,
      at: new Date('2026-03-01T09:00:00Z'),
    })).slice(offset, offset + limit);
  readonly discord = 'https://discord.gg/example';
  readonly signUp: WebDeps['signUp'] = {
    programs: [spp, energy],
    schedule: { timezone: 'UTC', hour: 8, weekday: 1 },
    origins: ['https://www.news.example'],
    trustedProxies: [],
    startForm: () => 'started',
    isInTime: (started) => started === 'started',
    allow: async () => true,
    ask: (request) => void this.changes.push(`sign-up of ${request.address}`),
    read: async (token) => this.signUpState(token, 'waiting'),
    confirm: async (token) => {
      this.changes.push('confirm');
      return this.signUpState(token, 'confirmed');
    },
  };

  private signUpState(token: string, state: 'waiting' | 'confirmed') {
    if (token !== 'token') return { state: 'over' as const };
    return { state, programs: this.reads, language: this.newsroom.language };
  }

  readonly now = () => new Date('2026-03-01T09:00:00Z');
  readonly preferences: WebDeps['preferences'] = {
    read: async (token) => (token === 'token' ? this.preferencesNow() : undefined),
    change: async (token, wanted) => {
      this.changes.push('preferences');
      return token === 'token' ? { ...this.preferencesNow(), ...wanted } : undefined;
    },
  };
  readonly addressChange: WebDeps['addressChange'] = {
    ask: (_, address) => void this.changes.push(`change to ${address}`),
    read: async (token) => this.changeState(token, 'waiting'),
    confirm: async (token) => {
      this.changes.push('change');
      return this.changeState(token, 'done');
    },
  };

  private preferencesNow() {
    return {
      address: 'd…@readers.example',
      profile: { [spp.id]: 'daily' as const },
      schedule: this.signUp.schedule,
      language: this.newsroom.language,
      pausedUntil: undefined,
      unsubscribe: 'token',
    };
  }

  private changeState(token: string, state: 'waiting' | 'done') {
    if (token !== 'token') return { state: 'over' as const };
    return { state, address: 'n…@new.example', language: this.newsroom.language };
  }

  readonly unsubscribe: WebDeps['unsubscribe'] = {
    read: async (token) => {
      if (token === 'broken') throw new Error('secret: postgres://broadsheet:hunter2@db');
      if (token !== 'token') return undefined;
      return { programs: [spp], reads: this.reads.includes(spp), language: undefined };
    },
    leave: async (token, scope) => {
      if (token !== 'token') return undefined;
      this.changes.push(scope);
      this.reads = scope === 'all' ? [] : this.reads.filter((program) => program !== spp);
      return { programs: [spp], remaining: this.reads, language: undefined };
    },
  };

  async health() {
    return { ready: Object.values(this.parts).every((part) => part === 'ok'), parts: this.parts };
  }

  async scrape() {
    return { contentType: 'text/plain; version=0.0.4', text: 'up 1\n' };
  }

  reportError(error: unknown, where: string) {
    this.errors.push({ error, where });
  }
}

/** The pages of a newsroom on a free port of loopback. */
export async function serve(deps: WebDeps): Promise<WebServer & { readonly url: string }> {
  const server = await serveWeb(createWeb(deps), { port: 0, host: '127.0.0.1' });
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}
