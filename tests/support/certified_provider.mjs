// A certified OpenID provider on ports of this machine: the world outside for tests, without the sandbox.
//
//   node certified_provider.mjs < lines
//
// The first line it reads is JSON: { accounts: { sub: claims }, houses: { name: { clients, pushed, claims_in_id_token } } }.
// It answers with one line, { name: issuer }, and ends when its input does. POST /rotate at an issuer replaces its keys.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import Provider from 'oidc-provider';

const HOST = '127.0.0.1';
const PATIENCE = 10_000;
const COMPLAINTS = [
  'authorization.error', 'pushed_authorization_request.error', 'grant.error', 'userinfo.error', 'end_session.error',
  'backchannel.error', 'server_error', 'jwks.error', 'discovery.error',
];
const CLAIMS = {
  openid: ['sub'],
  profile: ['name', 'name_ar', 'national_id', 'id_country', 'id_type'],
  phone: ['phone_number'],
  email: ['email', 'email_verified'],
  acr: null,
  auth_time: null,
  sid: null,
};

function freshKeys() {
  const pairs = [
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ];
  const keys = pairs.map(([alg, pair]) => ({
    ...pair.privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomUUID(),
  }));
  return { keys };
}

function fetchHere(address, options) {
  // The package's dispatcher refuses this machine and lets the world in; here it is the other way round.
  if (new URL(address).hostname !== HOST) throw new Error(`${address} is not on this machine`);
  return globalThis.fetch(address, { ...options, dispatcher: undefined, signal: AbortSignal.timeout(PATIENCE) });
}

async function grantAll(ctx) {
  const { client, provider, session } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile phone email');
  await grant.save();
  return grant;
}

function configuration(house, accounts, jwks) {
  const pushed = { enabled: house.pushed !== 'unknown', requirePushedAuthorizationRequests: house.pushed === 'required' };
  return {
    jwks,
    clients: house.clients,
    claims: CLAIMS,
    acrValues: ['low', 'high'],
    responseTypes: ['code'],
    conformIdTokenClaims: !house.claims_in_id_token,
    pkce: { required: () => true },
    cookies: { keys: ['keys of cookies of a provider in a test'] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      jwtUserinfo: { enabled: true },
      pushedAuthorizationRequests: pushed,
    },
    fetch: fetchHere,
    loadExistingGrant: grantAll,
    findAccount: (ctx, sub) => accounts[sub] && { accountId: sub, claims: () => ({ sub, ...accounts[sub] }) },
  };
}

async function interact(provider, request, response) {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    const login = { accountId: form.get('account'), acr: form.get('acr') };
    return provider.interactionFinished(request, response, { login });
  }
  const { params } = await provider.interactionDetails(request, response);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  return response.end(
    `<!doctype html><html lang="${params.ui_locales}"><title>Certified</title><h1>Who are you?</h1>`
    + '<form method="post"><input name="account"><input name="acr"><button>Go</button></form>',
  );
}

async function open(house, accounts) {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const issuer = `http://${HOST}:${server.address().port}`;
  let provider;
  let answer;
  const rotate = () => {
    // Sessions and grants stay: they are kept by the package for all its instances.
    provider = new Provider(issuer, configuration(house, accounts, freshKeys()));
    answer = provider.callback();
    for (const event of COMPLAINTS) provider.on(event, (ctx, fault) => console.error(event, fault));
  };
  rotate();
  server.on('request', async (request, response) => {
    try {
      if (request.url === '/rotate') {
        rotate();
        response.end();
      } else if (request.url.startsWith('/interaction/')) {
        await interact(provider, request, response);
      } else {
        await answer(request, response);
      }
    } catch (fault) {
      console.error(fault);
      response.writeHead(500).end();
    }
  });
  return issuer;
}

const lines = createInterface({ input: process.stdin });
lines.once('close', () => process.exit(0));
const [line] = await once(lines, 'line');
const { accounts, houses } = JSON.parse(line);
const issuers = {};
for (const [name, house] of Object.entries(houses)) issuers[name] = await open(house, accounts);
console.log(JSON.stringify(issuers));
