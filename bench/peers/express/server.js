// Express 5 with Shopify's own middleware, which checks the signature and answers, and
// BullMQ, which queues. Two processes, as Node's cluster module forks them.
//
// JOB says what the job holds: "parsed" is how examples write it, "raw" is the body as
// it came, which spares parsing and writing it again.

import cluster from 'node:cluster';

import { DeliveryMethod } from '@shopify/shopify-api';
import { shopifyApp } from '@shopify/shopify-app-express';
import { Queue } from 'bullmq';
import express from 'express';
import { Redis } from 'ioredis';

const PROCESSES = 2;
const ADDRESS = '/webhooks/shopify';
const isParsed = process.env.JOB !== 'raw';

if (cluster.isPrimary) {
  for (let each = 0; each < PROCESSES; each += 1) cluster.fork();
} else {
  serve();
}

function serve() {
  const { hostname, pathname } = new URL(process.env.REDIS_URL);
  const redis = new Redis(hostname ? process.env.REDIS_URL : decodeURIComponent(pathname), {
    maxRetriesPerRequest: null,
  });
  const queue = new Queue('webhooks', { connection: redis });

  const shopify = shopifyApp({
    api: {
      apiKey: 'key',
      apiSecretKey: process.env.SHOPIFY_API_SECRET,
      apiVersion: '2026-07',
      scopes: ['read_orders'],
      hostName: 'localhost',
      hostScheme: 'http',
      isEmbeddedApp: false,
      logger: { level: 0 },
    },
    auth: { path: '/auth', callbackPath: '/auth/callback' },
    webhooks: { path: ADDRESS },
  });

  async function enqueue(topic, shop, body, webhookId) {
    const kept = isParsed ? JSON.parse(body) : body;
    await queue.add(topic, { shop, body: kept }, { jobId: webhookId });
  }

  const handler = {
    deliveryMethod: DeliveryMethod.Http,
    callbackUrl: ADDRESS,
    callback: enqueue,
  };
  const app = express();
  app.get('/healthz', (_, response) => response.send('ok'));
  app.post(
    ADDRESS,
    shopify.processWebhooks({ webhookHandlers: { ORDERS_CREATE: handler } }),
  );
  app.listen(Number(process.env.PORT), '127.0.0.1');
}
