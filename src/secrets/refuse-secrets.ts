import { findSecrets } from './find-secrets';

/**
 * Refuses a secret value before anything else looks at it, so that no message repeats it.
 * @param place what is made, for the message
 * @param given props or arguments by name
 * @throws where it has a secret in it, with the place and the way out, and without the secret
 */
export function refuseSecrets(place: string, given: unknown): void {
  for (const { path, of, says } of findSecrets(given)) {
    const where = path.length === 0 ? 'a name' : path.join('.');
    throw new Error(`${place}: ${of === undefined ? where : `${of} in ${where}`} ${says}, which must not stand `
      + 'in a manifest [SEC-001]; '
      + 'put it into a Secret and refer to that by its name: use secretEnv, or valueFrom.secretKeyRef');
  }
}
