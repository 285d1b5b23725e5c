# Web server, worker and commands in one image: `node server.js`, `node lib/cli/process/worker.mjs`, `node lib/cli/process/tributary.mjs <command>`.
# It holds no secret and no setting: everything comes by the environment (.env.example).
ARG NODE=22-slim

FROM node:${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY lib/cli/bootstrap.mjs lib/cli/mend-driver.mjs lib/cli/
COPY lib/postgres/file-lock.mjs lib/postgres/
RUN npm ci --no-audit --no-fund
COPY . .
RUN NEXT_OUTPUT=standalone npm run build
# tsx brings esbuild along: worker and commands become one file each, which finds migrations from where it lies.
RUN node_modules/.bin/esbuild worker=lib/intake/worker-main.ts tributary=lib/cli/tributary.ts \
    --bundle --platform=node --format=esm --target=node20 --conditions=react-server --external:pdfkit \
    --banner:js="import{createRequire as cr}from'node:module';const require=cr(import.meta.url),__dirname=import.meta.dirname;" \
    --outdir=image/lib/cli/process --out-extension:.js=.mjs

FROM node:${NODE}
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /build/.next/standalone ./
COPY --from=build /build/.next/static ./.next/static
COPY --from=build /build/public ./public
COPY --from=build /build/image ./
COPY --from=build /build/db/migrations ./db/migrations
COPY --from=build /build/db/roles.sql ./db/roles.sql
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.js"]
