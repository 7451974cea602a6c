;; Finds the vectors nearest to a query in a chain of blocks. `layout.ts` says how all lies in memory and holds the same numbers.
;;
;; A vector's int8 value x is kept in halves: the upper four bits, u = (x >> 4) + 8, and the lower four, l = x & 15, both 0 to 15, so that
;; x = 16 u - 128 + l. Its cosine to the query q is  inverse * (16 u.q - 128 sum(q) + l.q)  but for the query's own norm. First the upper halves
;; of four vectors are multiplied. What the lower halves can add is at most  7.5 sum(q) + |l - 7.5| |q|  (Cauchy and Schwarz). Only
;; where that could bring a vector above the worst one kept, the lower half is read: nothing is ever missed.
;;
;; `relaxed_dot_i8x16_i7x16` has the same result in every engine when no value of its second operand exceeds 127; here they are 0 to 15.
;; Two pairs of such products stay below 7,621, so that 16-bit sums hold four chunks of 32 dimensions.
(module
  (import "index" "memory" (memory 1 65536))
  (import "index" "width" (global $width i32))   ;; bytes of a half: dimensions / 2, a multiple of 16
  (import "index" "extent" (global $extent i32)) ;; bytes of an extent

  ;; Puts a value in its place among those found, which are sorted downward. The earlier one stays before its equals.
  (func $keep (param $value f32) (param $slot i32) (param $limit i32)
    (local $count i32) (local $at i32)
    (local.set $count (i32.load offset=4096 (i32.const 0)))
    (if (i32.lt_u (local.get $count) (local.get $limit))
      (then
        (i32.store offset=4096 (i32.const 0) (i32.add (local.get $count) (i32.const 1))))
      (else
        (local.set $count (i32.sub (local.get $limit) (i32.const 1)))))
    (local.set $at (i32.shl (local.get $count) (i32.const 2)))
    (block $found
      (loop $next
        (br_if $found (i32.eqz (local.get $at)))
        (br_if $found (f32.ge (f32.load offset=8188 (local.get $at)) (local.get $value)))
        (f32.store offset=8192 (local.get $at) (f32.load offset=8188 (local.get $at)))
        (i32.store offset=16384 (local.get $at) (i32.load offset=16380 (local.get $at)))
        (local.set $at (i32.sub (local.get $at) (i32.const 4)))
        (br $next)))
    (f32.store offset=8192 (local.get $at) (local.get $value))
    (i32.store offset=16384 (local.get $at) (local.get $slot))
    ;; The floor rises with the worst of a full list.
    (if (i32.ge_u (i32.load offset=4096 (i32.const 0)) (local.get $limit))
      (then (f32.store offset=4100 (i32.const 0)
        (f32.load offset=8188 (i32.shl (local.get $limit) (i32.const 2)))))))

  ;; The dot product of the query with the half of a vector at `at`.
  (func $dot (param $at i32) (result i32)
    (local $q i32) (local $end i32) (local $stop i32) (local $w v128) (local $run v128) (local $sum v128) (local $low v128)
    (local.set $low (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f))
    (local.set $end (i32.add (local.get $at) (global.get $width)))
    (loop $runs
      (local.set $stop (i32.add (local.get $at) (i32.const 64)))
      (if (i32.gt_u (local.get $stop) (local.get $end)) (then (local.set $stop (local.get $end))))
      (local.set $run (v128.const i32x4 0 0 0 0))
      (loop $chunk
        (local.set $w (v128.load (local.get $at)))
        (local.set $run (i16x8.add (local.get $run) (i16x8.add
          (i16x8.relaxed_dot_i8x16_i7x16_s (v128.load (local.get $q)) (v128.and (local.get $w) (local.get $low)))
          (i16x8.relaxed_dot_i8x16_i7x16_s
            (v128.load offset=16 (local.get $q))
            (v128.and (i16x8.shr_u (local.get $w) (i32.const 4)) (local.get $low))))))
        (local.set $q (i32.add (local.get $q) (i32.const 32)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $chunk (i32.lt_u (local.get $at) (local.get $stop))))
      (local.set $sum (i32x4.add (local.get $sum) (i32x4.extadd_pairwise_i16x8_s (local.get $run))))
      (br_if $runs (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $sum (i32x4.add (local.get $sum) (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $sum) (local.get $sum))))
    (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum))))

  ;; The highest value that is surely not above the floor when it is compared with a bound in 32-bit floats.
  (func $cut (result f32)
    (f32.sub
      (f32.load offset=4100 (i32.const 0))
      (f32.mul (f32.abs (f32.load offset=4100 (i32.const 0))) (f32.const 1e-6))))

  ;; Compares exactly what the upper halves left open: from 32768 to `end`, 32 bytes each, slot, address of the lower half, dot product with the
  ;; upper half, bound, inverse. Many are put off and done together, so that the waits for their lower halves overlap.
  (func $settle (param $end i32) (param $limit i32)
    (local $at i32) (local $lower i32) (local $stop i32) (local $touched i32) (local $value f32)
    (if (i32.eq (local.get $end) (i32.const 32768)) (then (return)))
    ;; A look at each line of the halves first: these loads wait for nothing, so that many are under way at once.
    (local.set $at (i32.const 32768))
    (loop $each
      (local.set $lower (i32.load offset=4 (local.get $at)))
      (local.set $stop (i32.add (local.get $lower) (global.get $width)))
      (loop $line
        (local.set $touched (i32.add (local.get $touched) (i32.load (local.get $lower))))
        (local.set $lower (i32.add (local.get $lower) (i32.const 64)))
        (br_if $line (i32.lt_u (local.get $lower) (local.get $stop))))
      (local.set $at (i32.add (local.get $at) (i32.const 32)))
      (br_if $each (i32.lt_u (local.get $at) (local.get $end))))
    (i32.store offset=4160 (i32.const 0) (local.get $touched))
    (local.set $at (i32.const 32768))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (if (f32.ge (f32.load offset=12 (local.get $at)) (call $cut))
          (then
            (local.set $value (f32.mul
              (f32.convert_i32_s (i32.add (i32.load offset=8 (local.get $at)) (call $dot (i32.load offset=4 (local.get $at)))))
              (f32.load offset=16 (local.get $at))))
            (if (f32.gt (local.get $value) (f32.load offset=4100 (i32.const 0)))
              (then (call $keep (local.get $value) (i32.load (local.get $at)) (local.get $limit))))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br $next))))

  ;; Looks through a chain from the block `link` on, until `quads` quads are done. Gives the link to go on from, or -1 at the end.
  (func (export "scan") (param $link i32) (param $quads i32) (param $limit i32) (result i32)
    (local $next i32) (local $left i32) (local $slot i32) (local $mask i32) (local $lane i32) (local $open i32)
    (local $inverses i32) (local $upper i32) (local $lower i32) (local $base i32)
    (local $p i32) (local $q i32) (local $end i32) (local $stop i32)
    (local $q0 v128) (local $q1 v128) (local $w v128) (local $low v128)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $norm v128) (local $rest v128) (local $shift v128) (local $cut v128)
    (local.set $low (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f))
    (local.set $norm (v128.load32_splat offset=4104 (i32.const 0)))
    (local.set $shift (v128.load32_splat offset=4108 (i32.const 0)))
    (local.set $rest (v128.load32_splat offset=4112 (i32.const 0)))
    (local.set $cut (f32x4.splat (call $cut)))
    (local.set $open (i32.const 32768))
    (block $done
      (loop $block
        (br_if $done (i32.eq (local.get $link) (i32.const -1)))
        (br_if $done (i32.le_s (local.get $quads) (i32.const 0)))
        (local.set $left (select (i32.const 4) (i32.const 1) (i32.and (local.get $link) (i32.const 1))))
        (local.set $quads (i32.sub (local.get $quads) (local.get $left)))
        (local.set $slot (i32.shl (i32.shr_u (local.get $link) (i32.const 1)) (i32.const 2)))
        (local.set $base (i32.add (i32.const 65536) (i32.mul (i32.shr_u (local.get $slot) (i32.const 10)) (global.get $extent))))
        ;; Its place in the extent, times four: the links have four bytes a quad, the inverses four bytes a slot.
        (local.set $q (i32.and (local.get $slot) (i32.const 1023)))
        (local.set $next (i32.load (i32.add (local.get $base) (local.get $q))))
        (local.set $inverses (i32.add (local.get $base) (i32.shl (local.get $q) (i32.const 2))))
        (local.set $upper (i32.add (i32.add (local.get $base) (i32.const 9216)) (i32.mul (local.get $q) (global.get $width))))
        (local.set $lower (i32.add (local.get $upper) (i32.shl (global.get $width) (i32.const 10))))
        (loop $quad
          (local.set $p (local.get $upper))
          (local.set $end (i32.add (local.get $upper) (i32.shl (global.get $width) (i32.const 2))))
          (local.set $q (i32.const 0))
          (local.set $s0 (v128.const i32x4 0 0 0 0))
          (local.set $s1 (v128.const i32x4 0 0 0 0))
          (local.set $s2 (v128.const i32x4 0 0 0 0))
          (local.set $s3 (v128.const i32x4 0 0 0 0))
          (loop $run
            (local.set $stop (i32.add (local.get $p) (i32.const 256)))
            (if (i32.gt_u (local.get $stop) (local.get $end)) (then (local.set $stop (local.get $end))))
            (local.set $a0 (v128.const i32x4 0 0 0 0))
            (local.set $a1 (v128.const i32x4 0 0 0 0))
            (local.set $a2 (v128.const i32x4 0 0 0 0))
            (local.set $a3 (v128.const i32x4 0 0 0 0))
            (loop $chunk
              (local.set $q0 (v128.load (local.get $q)))
              (local.set $q1 (v128.load offset=16 (local.get $q)))
              (local.set $w (v128.load offset=0 (local.get $p)))
              (local.set $a0 (i16x8.add (local.get $a0) (i16x8.add
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q0) (v128.and (local.get $w) (local.get $low)))
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q1) (v128.and (i16x8.shr_u (local.get $w) (i32.const 4)) (local.get $low))))))
              (local.set $w (v128.load offset=16 (local.get $p)))
              (local.set $a1 (i16x8.add (local.get $a1) (i16x8.add
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q0) (v128.and (local.get $w) (local.get $low)))
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q1) (v128.and (i16x8.shr_u (local.get $w) (i32.const 4)) (local.get $low))))))
              (local.set $w (v128.load offset=32 (local.get $p)))
              (local.set $a2 (i16x8.add (local.get $a2) (i16x8.add
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q0) (v128.and (local.get $w) (local.get $low)))
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q1) (v128.and (i16x8.shr_u (local.get $w) (i32.const 4)) (local.get $low))))))
              (local.set $w (v128.load offset=48 (local.get $p)))
              (local.set $a3 (i16x8.add (local.get $a3) (i16x8.add
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q0) (v128.and (local.get $w) (local.get $low)))
                (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $q1) (v128.and (i16x8.shr_u (local.get $w) (i32.const 4)) (local.get $low))))))
              (local.set $q (i32.add (local.get $q) (i32.const 32)))
              (local.set $p (i32.add (local.get $p) (i32.const 64)))
              (br_if $chunk (i32.lt_u (local.get $p) (local.get $stop))))
            (local.set $s0 (i32x4.add (local.get $s0) (i32x4.extadd_pairwise_i16x8_s (local.get $a0))))
            (local.set $s1 (i32x4.add (local.get $s1) (i32x4.extadd_pairwise_i16x8_s (local.get $a1))))
            (local.set $s2 (i32x4.add (local.get $s2) (i32x4.extadd_pairwise_i16x8_s (local.get $a2))))
            (local.set $s3 (i32x4.add (local.get $s3) (i32x4.extadd_pairwise_i16x8_s (local.get $a3))))
            (br_if $run (i32.lt_u (local.get $p) (local.get $end))))

          ;; Four sums of four become one vector of four dot products.
          (local.set $s0 (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $s0) (local.get $s1))
            (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $s0) (local.get $s1))))
          (local.set $s2 (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $s2) (local.get $s3))
            (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $s2) (local.get $s3))))
          (local.set $s0 (i32x4.add
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $s0) (local.get $s2))
            (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $s0) (local.get $s2))))
          (local.set $s0 (i32x4.sub (i32x4.shl (local.get $s0) (i32.const 4)) (local.get $shift)))

          ;; Which could be above the floor? An empty slot's inverse is NaN, which never is.
          (local.set $s1 (f32x4.mul
            (f32x4.add
              (f32x4.add (f32x4.convert_i32x4_s (local.get $s0)) (local.get $rest))
              (f32x4.mul (v128.load offset=5120 (local.get $inverses)) (local.get $norm)))
            (v128.load offset=1024 (local.get $inverses))))
          (local.set $mask (i32x4.bitmask (f32x4.ge (local.get $s1) (local.get $cut))))
          (if (local.get $mask)
            (then
              (v128.store offset=4128 (i32.const 0) (local.get $s0))
              (v128.store offset=4144 (i32.const 0) (local.get $s1))
              (loop $lane
                (local.set $lane (i32.ctz (local.get $mask)))
                (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
                (i32.store offset=0 (local.get $open) (i32.add (local.get $slot) (local.get $lane)))
                (i32.store offset=4 (local.get $open) (i32.add (local.get $lower) (i32.mul (local.get $lane) (global.get $width))))
                (local.set $lane (i32.shl (local.get $lane) (i32.const 2)))
                (i32.store offset=8 (local.get $open) (i32.load offset=4128 (local.get $lane)))
                (f32.store offset=12 (local.get $open) (f32.load offset=4144 (local.get $lane)))
                (f32.store offset=16 (local.get $open) (f32.load offset=1024 (i32.add (local.get $inverses) (local.get $lane))))
                (local.set $open (i32.add (local.get $open) (i32.const 32)))
                (br_if $lane (local.get $mask)))
              (if (i32.ge_u (local.get $open) (i32.const 34816)) ;; 64 of them
                (then
                  (call $settle (local.get $open) (local.get $limit))
                  (local.set $open (i32.const 32768))
                  (local.set $cut (f32x4.splat (call $cut)))))))

          (local.set $slot (i32.add (local.get $slot) (i32.const 4)))
          (local.set $inverses (i32.add (local.get $inverses) (i32.const 16)))
          (local.set $upper (local.get $end))
          (local.set $lower (i32.add (local.get $lower) (i32.shl (global.get $width) (i32.const 2))))
          (br_if $quad (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (local.set $link (local.get $next))
        (br $block)))
    (call $settle (local.get $open) (local.get $limit))
    (local.get $link)))
