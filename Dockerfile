# Broadsheet for servers with a PostgreSQL of their own (DATABASE_URL): the embedded one's binaries are
# optional packages, and are left out.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY sandbox sandbox
RUN npm run build && npm prune --ignore-scripts --omit=dev --omit=optional

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY bin bin
RUN ln -s /app/bin/broadsheet.js /usr/local/bin/broadsheet && mkdir /var/lib/broadsheet && chown node /var/lib/broadsheet
USER node
EXPOSE 8080
CMD ["broadsheet", "serve"]
