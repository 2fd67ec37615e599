import { freePort } from '../ports.ts';
import { selfSigned } from '../certificate.ts';
import { fillIn, guideFile } from './guide-file.ts';
import { Service } from './network-tools.ts';

/** nginx with the guide's virtual host in front of Asterisk's web server. */
export async function startReverseProxy(ariUrl: string): Promise<{ port: number; nginx: Service }> {
  const port = await freePort();
  const { certificate, key } = await selfSigned();
  const nginx = await Service.start({
    program: 'usr/sbin/nginx',
    args: (folder) => ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'],
    files: (folder) => ({
      'nginx.conf': [
        'daemon off;',
        // As whom the tests run; without it nginx would want to become www-data.
        ...(process.getuid?.() === 0 ? ['user root;'] : []),
        'worker_processes 1;',
        `pid ${folder}/nginx.pid;`,
        'events {}',
        'http {',
        'access_log off;',
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (what) => `${what}_temp_path ${folder}/${what};`,
        ),
        `include ${folder}/telebar-asterisk.conf;`,
        '}',
        '',
      ].join('\n'),
      'telebar-asterisk.conf': fillIn(guideFile('nginx/telebar-asterisk.conf'), {
        'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
        'server_name pbx.example;': 'server_name localhost;',
        'ssl_certificate /etc/nginx/tls/pbx.example.crt;': `ssl_certificate ${folder}/tls.crt;`,
        'ssl_certificate_key /etc/nginx/tls/pbx.example.key;': `ssl_certificate_key ${folder}/tls.key;`,
        'proxy_pass http://127.0.0.1:8088/ws;': `proxy_pass ${ariUrl}/ws;`,
      }),
      'tls.crt': certificate,
      'tls.key': key,
    }),
    ready: { host: '127.0.0.1', port },
  });
  return { port, nginx };
}
