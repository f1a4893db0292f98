/* The hook that Unicorn calls at the entry of every translated block.
 *
 * It counts the instructions of a hart exactly, tells those spent in waiting loops from the others, and stops the hart
 * when
 *   - the instructions of the slice are used up,
 *   - an enabled interrupt is pending,
 *   - a watched word of memory has changed (it wakes the other hart),
 *   - a loop turns that nobody has looked at yet, or one that waits for a word of memory (loops.py).
 * A block at which the hart stops has been neither executed nor counted.
 */
#include <stdint.h>
#include <stddef.h>

enum { BUDGET = 1, INTERRUPT, WATCH, LOOP, IDLE };          /* reasons; native.py has the same */
enum { UNKNOWN, WORK, DELAY, POLL };                        /* kinds of loops; loops.py has the same */
enum { TURNS = 16, GAP = 1024 };      /* what makes a wait: turns of a loop; instructions until it runs again, at most */

typedef struct {
    uint64_t icount;          /* instructions so far */
    uint64_t waited;          /* of them in waiting loops */
    uint64_t limit;           /* stop when icount reaches this */
    uint64_t mip;             /* pending interrupts, kept by the host */
    volatile uint32_t *watch; /* NULL, or the host's address of a watched word */
    uint32_t watch_val;
    uint32_t reason;          /* why it stopped; 0: not by this hook */
    uint8_t *ram;             /* the host's address of SRAM */
    uint64_t ram_size;
    uint16_t *table;          /* for each half word of SRAM: size of the block there, and its instructions */
    uint8_t *kinds;           /* NULL, or for each half word of SRAM: what kind of loop the block there is */
    int (*stop)(void *uc);
    int (*reg_read)(void *uc, int reg, void *value);
    int reg_mstatus, reg_mie;
    uint64_t loop;            /* the block that ran last */
    uint64_t turns;           /* how many times in a row */
    uint64_t idled;           /* turns at the last stop for IDLE */
    uint64_t waiting;         /* the waiting loop that ran last */
    uint64_t wait_end;        /* icount when it was left */
    uint32_t profile_on;
    uint32_t *profile;        /* one counter for each half word of SRAM: instructions */
} control_t;

static int interrupted(void *uc, control_t *c)
{
    uint64_t status = 0, enabled = 0;

    if (!c->mip) return 0;
    c->reg_read(uc, c->reg_mstatus, &status);
    if (!(status & 8)) return 0;
    c->reg_read(uc, c->reg_mie, &enabled);
    return (enabled & c->mip) != 0;
}

static uint32_t instructions(control_t *c, uint64_t off, uint32_t size)
{
    uint16_t *t = c->table + (off >> 1) * 2;

    if (t[0] != (uint16_t)size) {
        const uint8_t *p = c->ram + off, *e = p + size;
        uint32_t n;
        for (n = 0; p < e; n++) p += ((*p & 3) == 3) ? 4 : 2;
        t[0] = (uint16_t)size; t[1] = (uint16_t)n;
        if (c->kinds) c->kinds[off >> 1] = UNKNOWN;
    }
    return t[1];
}

/* Counts the turns of a block that follows itself, and its instructions if it waits. Returns why the hart stops. */
static uint32_t looping(control_t *c, uint64_t addr, uint64_t off, uint32_t n)
{
    uint8_t kind;

    if (addr != c->loop) { c->loop = addr; c->turns = 1; c->idled = 0; return 0; }
    if (c->turns < TURNS - 1) { c->turns++; return 0; }
    kind = c->kinds[off >> 1];
    if (kind == UNKNOWN) return LOOP;
    if (kind == POLL && c->turns % TURNS == 0 && c->idled != c->turns) { c->idled = c->turns; return IDLE; }
    c->turns++;
    if (kind == WORK) return 0;
    if (c->turns == TURNS) {                                /* the turns before now count, too */
        uint64_t start = c->icount - (TURNS - 1) * n;
        c->waited += (TURNS - 1) * n;
        if (c->waiting == addr && start - c->wait_end <= GAP) c->waited += start - c->wait_end;
        c->waiting = addr;
    }
    c->waited += n;
    c->wait_end = c->icount + n;
    return 0;
}

void on_block(void *uc, uint64_t addr, uint32_t size, void *user)
{
    control_t *c = user;
    uint64_t off = addr & 0x3fffffffu;
    uint32_t n;

    if (c->icount >= c->limit) c->reason = BUDGET;
    else if (c->watch && *c->watch != c->watch_val) c->reason = WATCH;
    else if (interrupted(uc, c)) c->reason = INTERRUPT;
    if (c->reason) { c->stop(uc); return; }
    if (off >= c->ram_size) { c->icount++; return; }
    n = instructions(c, off, size);
    if (c->kinds && (c->reason = looping(c, addr, off, n))) { c->stop(uc); return; }
    c->icount += n;
    if (c->profile_on) c->profile[off >> 1] += n;
}
