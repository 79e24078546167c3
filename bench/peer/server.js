// The work of the intake as one would write it with Express and node-postgres: the signature over the raw bytes, the
// event under a key that makes a repetition the same row, a row for the projection, and 200 after the commit.
import cluster from "node:cluster";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import pg from "pg";

const WORKERS = Number(process.env.PEER_WORKERS);
const INSERT = `
  WITH event AS (
    INSERT INTO peer_event (id, call_id, type, stamped_at, body) VALUES ($1, $2, $3, to_timestamp($4 / 1000.0), $5)
    ON CONFLICT DO NOTHING RETURNING id, call_id
  ) INSERT INTO peer_pending (event_id, call_id) SELECT id, call_id FROM event`;

if (cluster.isPrimary) {
  for (let worker = 0; worker < WORKERS; worker += 1) cluster.fork();
} else {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
  const app = express();
  app.use(express.raw({ type: "application/json", limit: "10mb" }));
  app.post("/webhook/vapi", async (request, response) => {
    const wanted = createHmac("sha256", process.env.PEER_SECRET).update(request.body).digest();
    const given = Buffer.from(request.get("x-vapi-signature") ?? "", "hex");
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return response.sendStatus(401);
    const { message } = JSON.parse(request.body);
    const { artifact, assistant, ...kept } = message;
    const identity = [message.call.id, message.type, message.timestamp, JSON.stringify(kept.transcript ?? "")];
    const id = createHash("sha256").update(identity.join("\x1f")).digest().subarray(0, 16).toString("hex");
    const values = [id, message.call.id, message.type, message.timestamp, JSON.stringify(kept)];
    await pool.query({ name: "insert", text: INSERT, values });
    return response.json({});
  });
  app.listen(Number(process.env.PORT), "127.0.0.1");
}
