;; What a transformer layer needs besides the matrix products: layer norm, quantising, GELU, attention. All numbers are 32-bit floats,
;; rows lie one after another, widths are multiples of 16. No relaxed instruction is used: every engine gives the same bits.
(module
  (import "env" "memory" (memory 1))

  ;; e to the power of x, relative error below 3e-7. x is held to -87 .. 88, where the result is a normal number.
  (func $exp (param $x v128) (result v128)
    (local $n v128) (local $r v128)
    (local.set $x (f32x4.max (f32x4.min (local.get $x) (v128.const f32x4 88 88 88 88)) (v128.const f32x4 -87 -87 -87 -87)))
    ;; x = n ln 2 + r, |r| <= ln 2 / 2
    (local.set $n (f32x4.nearest (f32x4.mul (local.get $x) (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))))
    ;; ln 2 in two parts, so that n times the first is exact
    (local.set $r (f32x4.sub
      (f32x4.sub (local.get $x) (f32x4.mul (local.get $n) (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375)))
      (f32x4.mul (local.get $n) (v128.const f32x4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))))
    ;; the series of e^r to the sixth power, times 2^n
    (f32x4.mul
      (i32x4.shl (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $n)) (v128.const i32x4 127 127 127 127)) (i32.const 23))
      (f32x4.add (v128.const f32x4 1 1 1 1) (f32x4.mul (local.get $r)
      (f32x4.add (v128.const f32x4 1 1 1 1) (f32x4.mul (local.get $r)
      (f32x4.add (v128.const f32x4 0.5 0.5 0.5 0.5) (f32x4.mul (local.get $r)
      (f32x4.add (v128.const f32x4 0.16666667 0.16666667 0.16666667 0.16666667) (f32x4.mul (local.get $r)
      (f32x4.add (v128.const f32x4 0.041666668 0.041666668 0.041666668 0.041666668) (f32x4.mul (local.get $r)
      (f32x4.add (v128.const f32x4 0.008333334 0.008333334 0.008333334 0.008333334) (f32x4.mul (local.get $r)
      (v128.const f32x4 0.0013888889 0.0013888889 0.0013888889 0.0013888889)))))))))))))))

  (func $sum (param $x v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $x)) (f32x4.extract_lane 1 (local.get $x)))
      (f32.add (f32x4.extract_lane 2 (local.get $x)) (f32x4.extract_lane 3 (local.get $x)))))

  ;; x = (x + residual - mean) / sqrt(variance + 1e-12) * gamma + beta, row by row, in place.
  (func (export "norm") (param $x i32) (param $residual i32) (param $gamma i32) (param $beta i32) (param $rows i32) (param $width i32)
    (local $i i32) (local $bytes i32) (local $s v128) (local $v v128) (local $mean v128) (local $inverse v128)
    (local.set $bytes (i32.shl (local.get $width) (i32.const 2)))
    (loop $row
      (local.set $s (v128.const i32x4 0 0 0 0))
      (local.set $i (i32.const 0))
      (loop $add
        (local.set $v (f32x4.add
          (v128.load (i32.add (local.get $x) (local.get $i)))
          (v128.load (i32.add (local.get $residual) (local.get $i)))))
        (v128.store (i32.add (local.get $x) (local.get $i)) (local.get $v))
        (local.set $s (f32x4.add (local.get $s) (local.get $v)))
        (br_if $add (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes))))
      (local.set $mean (f32x4.splat (f32.div (call $sum (local.get $s)) (f32.convert_i32_u (local.get $width)))))

      (local.set $s (v128.const i32x4 0 0 0 0))
      (local.set $i (i32.const 0))
      (loop $spread
        (local.set $v (f32x4.sub (v128.load (i32.add (local.get $x) (local.get $i))) (local.get $mean)))
        (local.set $s (f32x4.add (local.get $s) (f32x4.mul (local.get $v) (local.get $v))))
        (br_if $spread (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes))))
      (local.set $inverse (f32x4.splat (f32.div (f32.const 1) (f32.sqrt (f32.add
        (f32.div (call $sum (local.get $s)) (f32.convert_i32_u (local.get $width))) (f32.const 1e-12))))))

      (local.set $i (i32.const 0))
      (loop $scale
        (v128.store (i32.add (local.get $x) (local.get $i))
          (f32x4.add
            (f32x4.mul
              (f32x4.mul (f32x4.sub (v128.load (i32.add (local.get $x) (local.get $i))) (local.get $mean)) (local.get $inverse))
              (v128.load (i32.add (local.get $gamma) (local.get $i))))
            (v128.load (i32.add (local.get $beta) (local.get $i)))))
        (br_if $scale (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes))))
      (local.set $x (i32.add (local.get $x) (local.get $bytes)))
      (local.set $residual (i32.add (local.get $residual) (local.get $bytes)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; Rows of floats to whole numbers of 14 bits with their sign: value = scale * number. Numbers in tiles of 4 rows, in groups of 4 columns,
  ;; as the matrix product wants them; the scale of each row to $scales.
  (func (export "quantise") (param $from i32) (param $to i32) (param $scales i32) (param $rows i32) (param $width i32)
    (local $i i32) (local $row i32) (local $bytes i32) (local $place i32) (local $most v128) (local $largest f32) (local $v v128)
    (local.set $bytes (i32.shl (local.get $width) (i32.const 2)))
    (loop $next
      (local.set $most (v128.const i32x4 0 0 0 0))
      (local.set $i (i32.const 0))
      (loop $find
        (local.set $most (f32x4.max (local.get $most) (f32x4.abs (v128.load (i32.add (local.get $from) (local.get $i))))))
        (br_if $find (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes))))
      (local.set $largest (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
        (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most)))))
      (if (f32.eq (local.get $largest) (f32.const 0)) (then (local.set $largest (f32.const 1))))
      (f32.store (local.get $scales) (f32.div (local.get $largest) (f32.const 8191)))
      (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
      (local.set $most (f32x4.splat (f32.div (f32.const 8191) (local.get $largest))))

      ;; the row's place: its tile, its 8 bytes in each group
      (local.set $place (i32.add
        (i32.add (local.get $to) (i32.mul (i32.shl (i32.and (local.get $row) (i32.const -4)) (i32.const 1)) (local.get $width)))
        (i32.shl (i32.and (local.get $row) (i32.const 3)) (i32.const 3))))
      (local.set $i (i32.const 0))
      (loop $write
        (local.set $v (i32x4.trunc_sat_f32x4_s (f32x4.nearest
          (f32x4.mul (local.get $most) (v128.load (i32.add (local.get $from) (local.get $i)))))))
        (v128.store64_lane 0 (i32.add (local.get $place) (i32.shl (local.get $i) (i32.const 1)))
          (i16x8.narrow_i32x4_s (local.get $v) (local.get $v)))
        (br_if $write (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes))))
      (local.set $from (i32.add (local.get $from) (local.get $bytes)))
      (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $rows)))))

  ;; x = x times the share of a normal distribution below x, in place. The share's tail by formula 7.1.26 of Abramowitz and Stegun,
  ;; Handbook of Mathematical Functions (absolute error below 1.5e-7).
  (func (export "gelu") (param $x i32) (param $count i32)
    (local $end i32) (local $v v128) (local $z v128) (local $t v128) (local $tail v128)
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $count) (i32.const 2))))
    (loop $next
      (local.set $v (v128.load (local.get $x)))
      ;; z = |x| / sqrt 2
      (local.set $z (f32x4.mul (f32x4.abs (local.get $v)) (v128.const f32x4 0.70710678 0.70710678 0.70710678 0.70710678)))
      (local.set $t (f32x4.div (v128.const f32x4 1 1 1 1) (f32x4.add (v128.const f32x4 1 1 1 1)
        (f32x4.mul (local.get $z) (v128.const f32x4 0.3275911 0.3275911 0.3275911 0.3275911)))))
      ;; half of 1 - erf z
      (local.set $tail (f32x4.mul
        (f32x4.mul (call $exp (f32x4.neg (f32x4.mul (local.get $z) (local.get $z)))) (v128.const f32x4 0.5 0.5 0.5 0.5))
        (f32x4.mul (local.get $t) (f32x4.add (v128.const f32x4 0.254829592 0.254829592 0.254829592 0.254829592)
        (f32x4.mul (local.get $t) (f32x4.add (v128.const f32x4 -0.284496736 -0.284496736 -0.284496736 -0.284496736)
        (f32x4.mul (local.get $t) (f32x4.add (v128.const f32x4 1.421413741 1.421413741 1.421413741 1.421413741)
        (f32x4.mul (local.get $t) (f32x4.add (v128.const f32x4 -1.453152027 -1.453152027 -1.453152027 -1.453152027)
        (f32x4.mul (local.get $t) (v128.const f32x4 1.061405429 1.061405429 1.061405429 1.061405429))))))))))))
      (v128.store (local.get $x) (f32x4.mul (local.get $v) (v128.bitselect
        (local.get $tail)
        (f32x4.sub (v128.const f32x4 1 1 1 1) (local.get $tail))
        (f32x4.lt (local.get $v) (v128.const f32x4 0 0 0 0)))))
      (br_if $next (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 16))) (local.get $end)))))

  ;; Attention among $tokens rows that hold query, key and value of $heads heads of 32 numbers each; as many rows to $out. $rows is
  ;; $tokens, rounded up to 4. $scratch has room for (32 + $rows) rows of $tokens, rounded up to 8, numbers.
  (func (export "attend") (param $qkv i32) (param $out i32) (param $scratch i32) (param $tokens i32) (param $rows i32) (param $heads i32)
    (local $head i32) (local $width i32) (local $stride i32) (local $columns i32) (local $scores i32)
    (local.set $width (i32.shl (local.get $heads) (i32.const 7)))
    (local.set $stride (i32.mul (local.get $width) (i32.const 3)))
    (local.set $columns (i32.and (i32.add (local.get $tokens) (i32.const 7)) (i32.const -8)))
    (local.set $scores (i32.add (local.get $scratch) (i32.shl (local.get $columns) (i32.const 7))))
    (loop $each
      (call $turn (i32.add (local.get $qkv) (local.get $width)) (local.get $scratch)
        (local.get $tokens) (local.get $columns) (local.get $stride))
      (call $compare (local.get $qkv) (local.get $scratch) (local.get $scores) (local.get $rows) (local.get $columns) (local.get $stride))
      (call $softmax (local.get $scores) (local.get $rows) (local.get $tokens) (local.get $columns))
      (call $mix (local.get $scores) (i32.add (local.get $qkv) (i32.shl (local.get $width) (i32.const 1))) (local.get $out)
        (local.get $rows) (local.get $tokens) (local.get $columns) (local.get $stride))
      (local.set $qkv (i32.add (local.get $qkv) (i32.const 128)))
      (local.set $out (i32.add (local.get $out) (i32.const 128)))
      (br_if $each (i32.lt_u (local.tee $head (i32.add (local.get $head) (i32.const 1))) (local.get $heads)))))

  ;; The keys of a head with rows and columns swapped; columns beyond the tokens are 0.
  (func $turn (param $keys i32) (param $to i32) (param $tokens i32) (param $columns i32) (param $stride i32)
    (local $d i32) (local $j i32) (local $from i32)
    (loop $dimension
      (local.set $from (i32.add (local.get $keys) (i32.shl (local.get $d) (i32.const 2))))
      (local.set $j (i32.const 0))
      (loop $token
        (f32.store (local.get $to)
          (if (result f32) (i32.lt_u (local.get $j) (local.get $tokens)) (then (f32.load (local.get $from))) (else (f32.const 0))))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $from (i32.add (local.get $from) (local.get $stride)))
        (br_if $token (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $columns))))
      (br_if $dimension (i32.lt_u (local.tee $d (i32.add (local.get $d) (i32.const 1))) (i32.const 32)))))

  ;; scores = queries times turned keys, 4 rows and 8 columns at a time.
  (func $compare (param $queries i32) (param $keys i32) (param $scores i32) (param $rows i32) (param $columns i32) (param $stride i32)
    (local $i i32) (local $j i32) (local $d i32) (local $line i32) (local $k i32)
    (local $q0 i32) (local $q1 i32) (local $q2 i32) (local $q3 i32)
    (local $to i32) (local $x v128) (local $k0 v128) (local $k1 v128)
    (local $a0 v128) (local $a1 v128) (local $b0 v128) (local $b1 v128) (local $c0 v128) (local $c1 v128) (local $d0 v128) (local $d1 v128)
    (local.set $line (i32.shl (local.get $columns) (i32.const 2)))
    (loop $row
      (local.set $j (i32.const 0))
      (loop $column
        (local.set $q0 (local.get $queries))
        (local.set $q1 (i32.add (local.get $q0) (local.get $stride)))
        (local.set $q2 (i32.add (local.get $q1) (local.get $stride)))
        (local.set $q3 (i32.add (local.get $q2) (local.get $stride)))
        (local.set $k (i32.add (local.get $keys) (i32.shl (local.get $j) (i32.const 2))))
        (local.set $a0 (v128.const i32x4 0 0 0 0)) (local.set $a1 (v128.const i32x4 0 0 0 0))
        (local.set $b0 (v128.const i32x4 0 0 0 0)) (local.set $b1 (v128.const i32x4 0 0 0 0))
        (local.set $c0 (v128.const i32x4 0 0 0 0)) (local.set $c1 (v128.const i32x4 0 0 0 0))
        (local.set $d0 (v128.const i32x4 0 0 0 0)) (local.set $d1 (v128.const i32x4 0 0 0 0))
        (local.set $d (i32.const 0))
        (loop $dimension
          (local.set $k0 (v128.load (local.get $k)))
          (local.set $k1 (v128.load offset=16 (local.get $k)))
          (local.set $k (i32.add (local.get $k) (local.get $line)))
          (local.set $x (v128.load32_splat (i32.add (local.get $q0) (local.get $d))))
          (local.set $a0 (f32x4.add (local.get $a0) (f32x4.mul (local.get $x) (local.get $k0))))
          (local.set $a1 (f32x4.add (local.get $a1) (f32x4.mul (local.get $x) (local.get $k1))))
          (local.set $x (v128.load32_splat (i32.add (local.get $q1) (local.get $d))))
          (local.set $b0 (f32x4.add (local.get $b0) (f32x4.mul (local.get $x) (local.get $k0))))
          (local.set $b1 (f32x4.add (local.get $b1) (f32x4.mul (local.get $x) (local.get $k1))))
          (local.set $x (v128.load32_splat (i32.add (local.get $q2) (local.get $d))))
          (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $x) (local.get $k0))))
          (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $x) (local.get $k1))))
          (local.set $x (v128.load32_splat (i32.add (local.get $q3) (local.get $d))))
          (local.set $d0 (f32x4.add (local.get $d0) (f32x4.mul (local.get $x) (local.get $k0))))
          (local.set $d1 (f32x4.add (local.get $d1) (f32x4.mul (local.get $x) (local.get $k1))))
          (br_if $dimension (i32.lt_u (local.tee $d (i32.add (local.get $d) (i32.const 4))) (i32.const 128))))
        (local.set $to (i32.add (local.get $scores) (i32.shl (local.get $j) (i32.const 2))))
        (v128.store (local.get $to) (local.get $a0)) (v128.store offset=16 (local.get $to) (local.get $a1))
        (local.set $to (i32.add (local.get $to) (local.get $line)))
        (v128.store (local.get $to) (local.get $b0)) (v128.store offset=16 (local.get $to) (local.get $b1))
        (local.set $to (i32.add (local.get $to) (local.get $line)))
        (v128.store (local.get $to) (local.get $c0)) (v128.store offset=16 (local.get $to) (local.get $c1))
        (local.set $to (i32.add (local.get $to) (local.get $line)))
        (v128.store (local.get $to) (local.get $d0)) (v128.store offset=16 (local.get $to) (local.get $d1))
        (br_if $column (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 8))) (local.get $columns))))
      (local.set $queries (i32.add (local.get $queries) (i32.shl (local.get $stride) (i32.const 2))))
      (local.set $scores (i32.add (local.get $scores) (i32.shl (local.get $line) (i32.const 2))))
      (br_if $row (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (local.get $rows)))))

  ;; Softmax of each row over its first $tokens columns, after division by sqrt 32; the other columns become 0.
  (func $softmax (param $scores i32) (param $rows i32) (param $tokens i32) (param $columns i32)
    (local $at i32) (local $end i32) (local $line i32) (local $max v128) (local $s v128) (local $v v128)
    (local.set $line (i32.shl (local.get $columns) (i32.const 2)))
    (loop $row
      (local.set $end (i32.add (local.get $scores) (local.get $line)))
      (local.set $at (i32.add (local.get $scores) (i32.shl (local.get $tokens) (i32.const 2))))
      (block $full
        (loop $mask
          (br_if $full (i32.ge_u (local.get $at) (local.get $end)))
          (f32.store (local.get $at) (f32.const -1e30))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $mask)))

      (local.set $max (v128.const f32x4 -1e30 -1e30 -1e30 -1e30))
      (local.set $at (local.get $scores))
      (loop $highest
        (local.set $max (f32x4.max (local.get $max) (v128.load (local.get $at))))
        (br_if $highest (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
      (local.set $max (f32x4.splat (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $max)) (f32x4.extract_lane 1 (local.get $max)))
        (f32.max (f32x4.extract_lane 2 (local.get $max)) (f32x4.extract_lane 3 (local.get $max))))))

      (local.set $s (v128.const i32x4 0 0 0 0))
      (local.set $at (local.get $scores))
      (loop $power
        (local.set $v (v128.load (local.get $at)))
        (local.set $v (v128.and
          (call $exp (f32x4.mul (f32x4.sub (local.get $v) (local.get $max)) (v128.const f32x4 0.17677669 0.17677669 0.17677669 0.17677669)))
          (f32x4.gt (local.get $v) (v128.const f32x4 -1e29 -1e29 -1e29 -1e29))))
        (v128.store (local.get $at) (local.get $v))
        (local.set $s (f32x4.add (local.get $s) (local.get $v)))
        (br_if $power (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))

      (local.set $s (f32x4.splat (f32.div (f32.const 1) (call $sum (local.get $s)))))
      (local.set $at (local.get $scores))
      (loop $divide
        (v128.store (local.get $at) (f32x4.mul (v128.load (local.get $at)) (local.get $s)))
        (br_if $divide (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
      (local.set $scores (local.get $end))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; out = weights times values, 2 rows and 16 of the 32 columns at a time.
  (func $mix (param $weights i32) (param $values i32) (param $out i32)
      (param $rows i32) (param $tokens i32) (param $columns i32) (param $stride i32)
    (local $i i32) (local $j i32) (local $half i32) (local $line i32) (local $wide i32)
    (local $p i32) (local $q i32) (local $v i32) (local $to i32)
    (local $x v128) (local $y v128) (local $v0 v128)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128) (local $b0 v128) (local $b1 v128) (local $b2 v128) (local $b3 v128)
    (local.set $line (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $wide (i32.div_u (local.get $stride) (i32.const 3)))
    (loop $row
      (local.set $half (i32.const 0))
      (loop $side
        (local.set $p (local.get $weights))
        (local.set $q (i32.add (local.get $weights) (local.get $line)))
        (local.set $v (i32.add (local.get $values) (local.get $half)))
        (local.set $a0 (v128.const i32x4 0 0 0 0)) (local.set $a1 (v128.const i32x4 0 0 0 0))
        (local.set $a2 (v128.const i32x4 0 0 0 0)) (local.set $a3 (v128.const i32x4 0 0 0 0))
        (local.set $b0 (v128.const i32x4 0 0 0 0)) (local.set $b1 (v128.const i32x4 0 0 0 0))
        (local.set $b2 (v128.const i32x4 0 0 0 0)) (local.set $b3 (v128.const i32x4 0 0 0 0))
        (local.set $j (local.get $tokens))
        (loop $token
          (local.set $x (v128.load32_splat (local.get $p)))
          (local.set $y (v128.load32_splat (local.get $q)))
          (local.set $v0 (v128.load (local.get $v)))
          (local.set $a0 (f32x4.add (local.get $a0) (f32x4.mul (local.get $x) (local.get $v0))))
          (local.set $b0 (f32x4.add (local.get $b0) (f32x4.mul (local.get $y) (local.get $v0))))
          (local.set $v0 (v128.load offset=16 (local.get $v)))
          (local.set $a1 (f32x4.add (local.get $a1) (f32x4.mul (local.get $x) (local.get $v0))))
          (local.set $b1 (f32x4.add (local.get $b1) (f32x4.mul (local.get $y) (local.get $v0))))
          (local.set $v0 (v128.load offset=32 (local.get $v)))
          (local.set $a2 (f32x4.add (local.get $a2) (f32x4.mul (local.get $x) (local.get $v0))))
          (local.set $b2 (f32x4.add (local.get $b2) (f32x4.mul (local.get $y) (local.get $v0))))
          (local.set $v0 (v128.load offset=48 (local.get $v)))
          (local.set $a3 (f32x4.add (local.get $a3) (f32x4.mul (local.get $x) (local.get $v0))))
          (local.set $b3 (f32x4.add (local.get $b3) (f32x4.mul (local.get $y) (local.get $v0))))
          (local.set $p (i32.add (local.get $p) (i32.const 4)))
          (local.set $q (i32.add (local.get $q) (i32.const 4)))
          (local.set $v (i32.add (local.get $v) (local.get $stride)))
          (br_if $token (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
        (local.set $to (i32.add (local.get $out) (local.get $half)))
        (v128.store (local.get $to) (local.get $a0)) (v128.store offset=16 (local.get $to) (local.get $a1))
        (v128.store offset=32 (local.get $to) (local.get $a2)) (v128.store offset=48 (local.get $to) (local.get $a3))
        (local.set $to (i32.add (local.get $to) (local.get $wide)))
        (v128.store (local.get $to) (local.get $b0)) (v128.store offset=16 (local.get $to) (local.get $b1))
        (v128.store offset=32 (local.get $to) (local.get $b2)) (v128.store offset=48 (local.get $to) (local.get $b3))
        (br_if $side (i32.lt_u (local.tee $half (i32.add (local.get $half) (i32.const 64))) (i32.const 128))))
      (local.set $weights (i32.add (local.get $weights) (i32.shl (local.get $line) (i32.const 1))))
      (local.set $out (i32.add (local.get $out) (i32.shl (local.get $wide) (i32.const 1))))
      (br_if $row (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 2))) (local.get $rows))))))
