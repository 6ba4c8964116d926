# The whole service in one container. PostgreSQL is outside of it: see docker-compose.yml and docs/container.md.
# Chromium, the libraries that it links to, and the fonts come by npm.
FROM node:24-bookworm-slim

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY . .
RUN npm run --silent third-party

# Chromium is unpacked and the modules are compiled at the first start, into /data.
ENV HOST=0.0.0.0 \
    PORT=3004 \
    LOCAL_STATE_DIR=/data \
    BROWSER_CACHE_DIR=/data/chromium \
    NODE_COMPILE_CACHE=/data/node
RUN mkdir /data && chown node:node /data
VOLUME /data
# The user "node" of the base image.
USER 1000:1000
EXPOSE 3004
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/detailed').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "bin/local.ts"]
