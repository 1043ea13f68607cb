const letters = (length: number) => 'aB3dE5gH7jK9mN1pQ4rS6tU8vW2xY0zC'.repeat(8).slice(0, length);
const capitals = (length: number) => 'QW3ERT5YUI7OPA2SDFGHJK4LZXCVBNM6'.slice(0, length);

/**
 * Made-up secrets in the shapes of real ones, put together here so that this file holds none. The part after which the comparison
 * looks is the one that nobody may see.
 */
export const CANARIES: Readonly<Record<string, { readonly value: string; readonly hidden: string }>> = Object.fromEntries(Object.entries({
  'a key of NVIDIA': ['nvapi-', letters(64)],
  'a token of Hugging Face': ['hf_', letters(34)],
  'a token of GitHub': ['ghp_', letters(36)],
  'a fine-grained token of GitHub': ['github_pat_', letters(82)],
  'a token of GitLab': ['glpat-', letters(20)],
  'an access key of AWS': ['AKIA', capitals(16)],
  'a key of Google': ['AIza', letters(35)],
  'a token of Slack': ['xoxb-', `123456789012-${letters(24)}`],
  'a key of a model provider': ['sk-proj-', letters(48)],
  'a key of a model provider of old': ['sk-', letters(48)],
  'a key of NGC of old': ['', Buffer.from(`${letters(26).toLowerCase()}:0a1b2c3d-1a2b-3c4d-5e6f-0123456789ab`).toString('base64')],
  'a token of npm': ['npm_', letters(36)],
  'a token of Docker': ['dckr_pat_', letters(27)],
  'a JSON web token': ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.', letters(43)],
  'a private key': ['-----BEGIN PRIVATE ', `KEY-----\n${letters(64)}\n-----END PRIVATE KEY-----\n`],
  'an encrypted private key without its end': ['-----BEGIN ENCRYPTED PRIVATE ', `KEY-----\n${letters(64)}`],
  'a URL with a password': ['https://somebody:', `${letters(16)}@mirror.example.com/v1/hf`],
  'a database with a password': ['postgres://somebody:', `${letters(16)}@db.example.com:5432/nim`],
  'a URL with a token in place of the user': ['https://', `${letters(32)}@git.example.com/models`],
  'a URL with a token as parameter': ['https://mirror.example.com/v1?revision=main&access_token=', `${letters(24)}&x=1`],
  'a signed URL': ['https://store.example.com/m?sp=r&sig=', `${letters(43)}%3D`],
  'an assignment in a command': ['export PGPASSWORD=', 'Zq7Lw2Xv9Rk4; serve'],
  'an assignment in front of a command': ['DB_PASS="', 'Jt5Nb8Yc3Ue6" python serve.py'],
  'a field of JSON': ['{"url": "http://x", "api_key": "', `${letters(20)}"}`],
  'an Authorization header': ['Authorization: Bearer ', letters(40)],
  'a flag with a key in a command': ['serve --verbose --api-key=', letters(24)],
  'a flag with a token and a space': ['curl --token ', letters(24)],
  'a key of NVIDIA in a command': ['NGC_API_KEY=nvapi-', `${letters(64)} serve`],
}).map(([what, [open, hidden]]) => [what, { value: open + hidden, hidden: hidden.trim().split('\n')[1] ?? hidden.replace(/@.*|[ &;"%].*$/, '') }]));

/** What looks like a secret and is none: names and values as they stand in manifests about GPUs. */
export const INNOCENT: readonly unknown[] = [
  '5206a32e0bd3067aef1ce90f5528ade7d866253f', // a revision of a model
  'nvcr.io/nim/nvidia/parakeet-1-1b-ctc-en-us@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'oci://registry.example.com:5000/models@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '193649a2eb95e821309d6023a2cabb31489d3b690a9973c7ab5d1ff58b0aa7eb', // a profile of a NIM
  'e30=', // base64
  'eyJxdWV1ZURlcHRoVGhyZXNob2xkIjo1LCJrdkNhY2hlVXRpbFRocmVzaG9sZCI6MC44fQ==', // base64 of JSON
  Buffer.from('a configuration that is long enough to look like something AKIA nobody knows').toString('base64'),
  'GPU-8f6d2c1e-5d0b-4c3a-9c0e-1f2a3b4c5d6e',
  'MIG-a1b2c3d4-0000-5111-8222-333344445555',
  '/opt/nim/.cache/hf_hub/models--meta-llama--Llama-3.1-8B-Instruct/snapshots/5206a32e0bd3067aef1ce90f5528ade7d866253f',
  'hf_transfer', 'hf_home', 'sk-learn', 'sk-a-name-with-many-dashes-in-it-that-goes-on', 'nvapi-123', 'ghp_short',
  'http://proxy.example.com:3128', 'http://user@git.example.com/models', 'http://nim:$(PROXY_PASSWORD)@proxy.example.com:3128',
  'http://nim:{{ password }}@proxy.example.com', 'ngc://org/team/model:1', 'git@github.com:org/repo.git', 'host:8000/path@x',
  'Bearer of good tidings to everybody in the room', 'see the authorization: bearer tokens are described there', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'name=magpie-tts-multilingual,batch_size=8', 'mode=str,vad=silero', "device.attributes['gpu.nvidia.com'].profile == '1g.10gb'",
  { authSecret: 'ngc-api-secret', pullSecret: 'ngc-secret', pullSecrets: ['ngc-secret'], tlsSecretName: 'tls', secretName: 'licence', clientSecretRef: 'x' },
  { env: [{ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hf', key: 'token' } } }] },
  { secretEnv: [{ name: 'HF_TOKEN', secret: 'hf', key: 'token' }] },
  { env: { NGC_API_KEY: '$(OTHER)', HF_TOKEN: '', API_KEY: '{{ .Values.key }}', CREDENTIALS: '/var/run/credentials.json', USE_TOKEN: 'true', WITH_SECRET: '0' } },
  { env: { EOS_TOKEN: '</s>', STOP_TOKEN: 'END', MAX_TOKENS: '512', TOKENIZERS_PARALLELISM: 'false', PASSWORD_FILE: '/etc/pw', TOKEN_URL: 'https://id.example.com' } },
  { env: [{ name: 'NIM_PAD_TOKEN', value: 'x' }, { name: 'LOG', value: 'debug' }, { name: 'PWD', value: '/work' }] },
  ['--token-limit=5', '--max-token', '7', '--private-key', 'tls.key', '--api-key=$(NGC_API_KEY)', '--token', '--verbose', '--password-file=/etc/pw', '--image-pull-secret', 'regcred'],
  { annotations: { 'nginx.ingress.kubernetes.io/auth-secret': 'nim/basic-auth', 'vault.hashicorp.com/agent-inject-token': 'true', 'vault.example.com/api-key': 'secret/data/nim' } },
  { annotations: { 'cert-manager.io/private-key': 'tls.key', 'nginx.ingress.kubernetes.io/affinity': 'cookie' } },
  { env: { HF_TOKEN: 'HF_TOKEN', API_KEY: 'EMPTY', PASSWORD: 'changeme', DB_PASS: 'xxxx', NGC_API_KEY: 'PLACEHOLDER_NGC_KEY', TOKEN: '<token>' } },
  { env: { HF_TOKEN: '__HF_TOKEN__', API_KEY: '${API_KEY}', PASSWORD: '$PASSWORD', DB_PASS: '$db_pass', PGPASSWORD: '$(PG)', OLDPWD: '/work' } },
  { env: { API_KEY: 'your-api-key', HF_TOKEN: '%HF_TOKEN%', NGC_API_KEY: '***', MINIO_ACCESS_KEY: '[access-key]' } },
  'client = OpenAI(base_url="http://llm:8000/v1", api_key=api_key)', 'tokens = tokenizer.encode(text, max_token=5)', 'token=tokens', 'password=read(file)',
  'export HF_TOKEN=$(cat /run/secrets/hf)', 'HF_TOKEN=$HF_TOKEN serve', 'PASSWORD_FILE=/etc/pw serve', 'EOS_TOKEN=2 serve', 'API_KEY=EMPTY vllm serve',
  'https://api.example.com/v1?max_token=2048&page_token=', 'https://x.example.com?token=${TOKEN}', 'https://kubernetes-admin@cluster.example.com',
  'https://a-user-with-a-very-long-name@git.example.com/x', '{"tokenizer": "auto", "pad_token": "<pad>", "token": "$(HF_TOKEN)"}',
  'a'.repeat(84), Buffer.from('a text of sixty-three characters, which base64 makes eighty-four').toString('base64'),
  { httpHeaders: [{ name: 'Host', value: 'nim.example.com' }, { name: 'X-Token-Limit', value: '5' }, { name: 'Authorization', value: '$(HEADER)' }] },
];
