# The tool without its tests: built JavaScript and production dependencies on a pinned Node, as an unprivileged user.
ARG NODE_IMAGE=node:24.11.1-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM ${NODE_IMAGE}
WORKDIR /opt/itop-to-intercom
ENV NODE_ENV=production
COPY package.json package-lock.json ./
# The image brings Node, and Postgres is a server of its own: the optional packages that hold both are left out.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force
COPY --from=build /build/dist ./dist
COPY bin ./bin
COPY staging-sql ./staging-sql
COPY docs ./docs
# Everything a person reads or writes is here: mount a directory of yours.
RUN mkdir /migration && chown node:node /migration
WORKDIR /migration
ENV XDG_CACHE_HOME=/migration/.cache
USER node
ENTRYPOINT ["node", "/opt/itop-to-intercom/bin/itop-to-intercom.js"]
CMD ["--help"]
