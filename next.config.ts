import type { NextConfig } from 'next'
import { fileURLToPath } from 'node:url'
import { readSettings } from './lib/env'

const { NEXT_DIST_DIR = '.next', NEXT_OUTPUT } = readSettings()

const config: NextConfig = {
  distDir: NEXT_DIST_DIR,
  ...(NEXT_OUTPUT && { output: NEXT_OUTPUT }),
  // The statement's fonts are read by their path.
  outputFileTracingIncludes: { '/**': ['./node_modules/geist/dist/fonts/geist-sans/Geist-*.ttf'] },
  poweredByHeader: false,
  // Reads its fonts from its own folder.
  serverExternalPackages: ['pdfkit'],
  // `npm run verify` checks the types. Next would also rewrite tsconfig.json for every build folder; it leaves one that
  // extends another alone.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.next.json' },
  // A lockfile further up (a home directory's) would make Next take that folder for the project.
  turbopack: { root: fileURLToPath(new URL('.', import.meta.url)) },
  // A file of ten thousand codes; a provider's result of payouts.
  experimental: { serverActions: { bodySizeLimit: '4mb' } },
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
      ],
    },
  ],
}

export default config
