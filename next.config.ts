import type { NextConfig } from 'next'
import { fileURLToPath } from 'node:url'
import { readSettings } from './lib/env'

const config: NextConfig = {
  distDir: readSettings().NEXT_DIST_DIR ?? '.next',
  poweredByHeader: false,
  // Reads its fonts from its own folder.
  serverExternalPackages: ['pdfkit'],
  // `npm run verify` checks the types. Next would also rewrite tsconfig.json for every build folder; it leaves one that
  // extends another alone.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.next.json' },
  // A lockfile further up (a home directory's) would make Next take that folder for the project.
  turbopack: { root: fileURLToPath(new URL('.', import.meta.url)) },
  // A file of ten thousand codes.
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
