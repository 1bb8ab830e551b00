// Opens sealed values as the controller does, with Node's own cryptography: a list of jobs comes in as JSON on stdin,
// and the list of values, in base64, or null where one cannot be opened, goes out.
const crypto = require('node:crypto');

function opened({ key, label, ciphertext }) {
  const data = Buffer.from(ciphertext, 'base64');
  const wrapped = data.subarray(2, 2 + data.readUInt16BE(0));
  const locked = data.subarray(2 + wrapped.length);
  try {
    const sessionKey = crypto.privateDecrypt(
      {
        key,
        padding: crypto.constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha256',
        oaepLabel: Buffer.from(label, 'base64'),
      },
      wrapped,
    );
    const decipher = crypto.createDecipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
    decipher.setAuthTag(locked.subarray(-16));
    return Buffer.concat([decipher.update(locked.subarray(0, -16)), decipher.final()]).toString('base64');
  } catch {
    return null;
  }
}

process.stdout.write(JSON.stringify(JSON.parse(require('node:fs').readFileSync(0, 'utf8')).map(opened)));
