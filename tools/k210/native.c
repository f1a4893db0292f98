/* Per-block hook of the K210 emulator.
 *
 * Unicorn calls on_block() at the entry of every translated block.  It keeps an
 * exact count of retired instructions and stops the emulation when
 *   - the instruction budget of the slice is spent,
 *   - an enabled interrupt is pending,
 *   - a watched memory word changed (used to wake up a parked second hart).
 * A block on which emulation is stopped has not been executed nor counted.
 */
#include <stdint.h>
#include <stddef.h>

typedef struct {
    uint64_t icount;      /* instructions retired so far */
    uint64_t limit;       /* stop when icount reaches this */
    uint64_t mip;         /* pending machine interrupts (computed by the host) */
    volatile uint32_t *watch; /* NULL or host address of a watched word */
    uint32_t watch_val;
    uint32_t reason;      /* 0 none, 1 budget, 2 interrupt, 3 watch */
    uint8_t *ram;         /* host address of SRAM */
    uint64_t ram_size;
    uint16_t *table;      /* 2 x uint16 for each half word of SRAM: size, count */
    int (*stop)(void *uc);
    int (*reg_read)(void *uc, int reg, void *value);
    int reg_mstatus, reg_mie;
    uint32_t profile_on;
    uint32_t *profile;    /* one counter per half word of SRAM, instructions */
} control_t;

void on_block(void *uc, uint64_t addr, uint32_t size, void *user)
{
    control_t *c = user;
    uint64_t off = addr & 0x3fffffffu;
    uint32_t n;
    uint16_t *t;

    if (c->icount >= c->limit) { c->reason = 1; c->stop(uc); return; }
    if (c->watch && *c->watch != c->watch_val) { c->reason = 3; c->stop(uc); return; }
    if (c->mip) {
        uint64_t v = 0;
        c->reg_read(uc, c->reg_mstatus, &v);
        if (v & 8) {
            v = 0;
            c->reg_read(uc, c->reg_mie, &v);
            if (v & c->mip) { c->reason = 2; c->stop(uc); return; }
        }
    }
    if (off >= c->ram_size) { c->icount++; return; }
    t = c->table + (off >> 1) * 2;
    if (t[0] != (uint16_t)size) {
        const uint8_t *p = c->ram + off, *e = p + size;
        for (n = 0; p < e; n++) p += ((*p & 3) == 3) ? 4 : 2;
        t[0] = (uint16_t)size; t[1] = (uint16_t)n;
    }
    c->icount += t[1];
    if (c->profile_on) c->profile[off >> 1] += t[1];
}
